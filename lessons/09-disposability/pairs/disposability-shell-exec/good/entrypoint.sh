#!/bin/sh
set -eu

: "${PORT:?is not set}"
mkdir -p /tmp/shop

exec node server.js
