package main

import (
	"context"
	"net/http"
	"os/signal"
	"syscall"
	"time"
)

func serve(srv *http.Server) error {
	asked, _ := signal.NotifyContext(
		context.Background(), syscall.SIGTERM)
	failed := make(chan error, 1)
	go func() { failed <- srv.ListenAndServe() }()
	select {
	case err := <-failed:
		return err
	case <-asked.Done():
	}
	limit, cancel := context.WithTimeout(
		asked, 20*time.Second)
	defer cancel()
	return srv.Shutdown(limit)
}
