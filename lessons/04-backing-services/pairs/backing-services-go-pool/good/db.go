package db

import (
	"context"
	"database/sql"
	"time"
)

func Open(url string) (*sql.DB, error) {
	pool, err := sql.Open("pgx", url)
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(10)
	pool.SetConnMaxLifetime(5 * time.Minute)
	return pool, nil
}

func Ready(ctx context.Context, pool *sql.DB) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	return pool.PingContext(ctx)
}
