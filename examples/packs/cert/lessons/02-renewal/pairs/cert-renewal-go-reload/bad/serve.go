package main

import (
	"log"
	"net/http"
	"os"
)

func main() {
	dir := os.Getenv("TLS_DIR")
	err := http.ListenAndServeTLS(":8443",
		dir+"/tls.crt", dir+"/tls.key", nil)
	log.Fatal(err)
}
