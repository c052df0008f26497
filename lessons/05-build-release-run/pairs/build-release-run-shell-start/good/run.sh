#!/bin/sh
# Called by systemd at boot and after every crash.
set -eu
cd "${SHOP_HOME:-/srv/shop}"

: "${RELEASE:?set by the deploy, e.g. v42}"
cd "releases/$RELEASE"
exec node dist/server.js
