package main

import (
	"log/slog"
	"net/http"
	"os"
)

var logs = slog.New(slog.NewJSONHandler(os.Stdout, nil))

func checkout(w http.ResponseWriter, r *http.Request) {
	id := r.FormValue("order")
	if err := charge(r.Context(), id); err != nil {
		logs.Error("charge failed", "order", id, "err", err)
		http.Error(w, "try again", http.StatusBadGateway)
		return
	}
	logs.Info("charged", "order", id)
}
