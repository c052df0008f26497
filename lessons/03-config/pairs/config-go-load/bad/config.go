package main

import (
	"os"
	"strconv"
)

type Config struct {
	QueueURL string
	Workers  int
}

func Load() Config {
	q := os.Getenv("QUEUE_URL")
	if q == "" {
		q = "amqp://queue.fernhill.internal"
	}
	w, _ := strconv.Atoi(os.Getenv("WORKERS"))
	return Config{QueueURL: q, Workers: w}
}
