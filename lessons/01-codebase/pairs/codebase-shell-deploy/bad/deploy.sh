#!/usr/bin/env bash
for target in $TARGETS; do
  cp -r ./app/. "$target/"
  echo "deployed to $target"
done
echo "done"
