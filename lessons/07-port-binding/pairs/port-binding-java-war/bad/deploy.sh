#!/usr/bin/env bash
set -euo pipefail
./mvnw -q package
for host in web-1 web-2; do
  scp target/shop.war "$host:/opt/tomcat/webapps/"
  ssh "$host" sudo systemctl restart tomcat
done
