#!/bin/sh
# Switch recommendations off.
set -eu
host=web-1.fernhill.internal

ssh "$host" cp /srv/shop/app.py /srv/shop/app.py.bak
ssh -t "$host" vim /srv/shop/app.py
ssh "$host" sudo systemctl restart shop
curl -fsS "http://$host:8080/health"
