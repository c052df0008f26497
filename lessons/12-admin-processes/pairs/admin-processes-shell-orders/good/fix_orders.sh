#!/usr/bin/env bash
set -euo pipefail
: "${DATABASE_URL:?}" "${TICKET:?name the ticket}"
mode=${1:---dry-run}
max=${MAX:-500}

which="status = 'pending' AND paid_at IS NOT NULL"
count=$(psql "$DATABASE_URL" -Atc \
  "SELECT count(*) FROM orders WHERE $which")
echo "$TICKET: $count orders would change, limit $max"
[ "$count" -le "$max" ] || exit 1
[ "$mode" = "--apply" ] || exit 0

psql "$DATABASE_URL" -v ON_ERROR_STOP=1 \
  -v ticket="$TICKET" <<SQL
UPDATE orders SET status = 'paid', note = :'ticket'
 WHERE $which;
SQL
