#!/bin/sh
set -eu
cd /app
: "${QUEUE_URL:?}"

nohup node worker.js > /dev/null 2>&1 &
echo $! > worker.pid
