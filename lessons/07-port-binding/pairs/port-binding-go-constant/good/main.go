package main

import (
	"fmt"
	"log"
	"net/http"
	"os"
	"strconv"
)

func main() {
	port, err := strconv.Atoi(os.Getenv("PORT"))
	if err != nil || port < 1 || port > 65535 {
		log.Fatalf("bad PORT %q", os.Getenv("PORT"))
	}
	http.HandleFunc("/healthz", healthy)
	address := fmt.Sprintf(":%d", port)
	log.Fatal(http.ListenAndServe(address, nil))
}

func healthy(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintln(w, "ok")
}
