#!/bin/sh
# Called by systemd at boot and after every crash.
set -eu
cd "${SHOP_HOME:-/srv/shop}"

git pull --quiet origin main
npm ci --silent
npm run --silent build
exec node dist/server.js
