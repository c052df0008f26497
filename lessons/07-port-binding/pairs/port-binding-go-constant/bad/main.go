package main

import (
	"fmt"
	"log"
	"net/http"
)

func main() {
	http.HandleFunc("/healthz", healthy)
	log.Fatal(http.ListenAndServe(":8080", nil))
}

func healthy(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "ok")
}
