#!/usr/bin/env bash
set -euo pipefail
: "${DATABASE_URL:?}" "${TICKET:?name the ticket}"
mode=${1:---dry-run}

which="status = 'pending' AND paid_at IS NOT NULL"
count=$(psql "$DATABASE_URL" -Atc \
  "SELECT count(*) FROM orders WHERE $which")
echo "$TICKET: $count orders would change"
[ "$mode" = "--apply" ] || exit 0

psql "$DATABASE_URL" -c \
  "UPDATE orders SET status = 'paid', note = '$TICKET'
   WHERE $which"
