#!/bin/sh
set -eu

: "${PORT:?is not set}"
mkdir -p /tmp/shop

node server.js
