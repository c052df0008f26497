package main

import (
	"crypto/tls"
	"log"
	"net/http"
	"os"
)

type hello = tls.ClientHelloInfo

func current(*hello) (*tls.Certificate, error) {
	dir := os.Getenv("TLS_DIR")
	pair, err := tls.LoadX509KeyPair(
		dir+"/tls.crt", dir+"/tls.key")
	return &pair, err
}

func main() {
	server := http.Server{Addr: ":8443"}
	server.TLSConfig = &tls.Config{
		GetCertificate: current}
	log.Fatal(server.ListenAndServeTLS("", ""))
}
