package main

import (
	"errors"
	"os"
	"strconv"
)

type Config struct {
	QueueURL string
	Workers  int
}

func Load() (Config, error) {
	q := os.Getenv("QUEUE_URL")
	if q == "" {
		return Config{}, errors.New("QUEUE_URL is not set")
	}
	w, err := strconv.Atoi(os.Getenv("WORKERS"))
	if err != nil || w < 1 {
		return Config{}, errors.New("WORKERS is no count")
	}
	return Config{QueueURL: q, Workers: w}, nil
}
