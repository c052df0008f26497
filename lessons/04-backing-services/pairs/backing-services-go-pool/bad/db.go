package db

import (
	"database/sql"
	"os"
)

var Pool = connect()

func connect() *sql.DB {
	pool, err := sql.Open("pgx", os.Getenv("DATABASE_URL"))
	if err != nil {
		panic(err)
	}
	if err := pool.Ping(); err != nil {
		panic(err)
	}
	return pool
}
