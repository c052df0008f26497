#!/usr/bin/env bash
set -euo pipefail
: "${PORT:?PORT is not set}"
exec java -jar shop.jar \
  --server.address=0.0.0.0 \
  --server.port="$PORT"
