#!/usr/bin/env bash
# pasted from the chat, works
DB=postgres://shop@db.fernhill.example/shop

psql "$DB" -c "UPDATE orders SET status = 'paid'
  WHERE status = 'pending'"
