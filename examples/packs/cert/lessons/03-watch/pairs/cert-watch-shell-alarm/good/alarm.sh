#!/bin/sh
# Every hour, as a job of the platform.
set -eu
host=$1
port=$2

if ! ./check.sh "$host" "$port"; then
  ./task.sh "$OWNER" \
    "$host:$port ends soon, see RENEWAL.md"
  exit 1
fi
