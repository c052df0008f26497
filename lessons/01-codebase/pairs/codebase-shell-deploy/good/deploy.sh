#!/usr/bin/env bash
set -euo pipefail

if [ -n "$(git status --porcelain)" ]; then
  echo "commit or stash your changes first" >&2
  exit 1
fi
commit=$(git rev-parse HEAD)
for target in $TARGETS; do
  git archive "$commit" app | tar -x -C "$target"
  echo "$commit" > "$target/VERSION"
done
for target in $TARGETS; do
  test "$(cat "$target/VERSION")" = "$commit"
done
echo "all targets run $commit"
