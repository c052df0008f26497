import os
import sqlite3

import psycopg


def connect():
    url = os.environ.get("DATABASE_URL")
    if url:
        return psycopg.connect(url)
    return sqlite3.connect("dev.db")
