#!/bin/sh
# Monday morning: has anybody looked at the dates?
set -eu

openssl x509 -noout -enddate \
  -in /etc/routes/tls.crt
