package main

import (
	"log"
	"net/http"
	"runtime/debug"
)

func checkout(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("order")
	if err := charge(r.Context(), id); err != nil {
		log.Printf("charge of %s failed: %v\n%s",
			id, err, debug.Stack())
		http.Error(w, "try again", http.StatusBadGateway)
		return
	}
	log.Printf("charged %s", id)
}
