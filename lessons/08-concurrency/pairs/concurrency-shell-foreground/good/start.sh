#!/bin/sh
set -eu
cd /app
: "${QUEUE_URL:?}"

exec node worker.js
