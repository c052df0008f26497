#!/bin/sh
# Fails when what is served ends within 14 days.
set -eu
host=$1
port=${2:-443}

openssl s_client -connect "$host:$port" \
  -servername "$host" </dev/null 2>/dev/null |
  openssl x509 -noout -checkend 1209600
