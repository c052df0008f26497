#!/bin/sh
# Switch recommendations off.
set -eu
branch=recommendations-off

git switch -c "$branch" origin/main
vim app.py
git commit -am "Switch recommendations off"
git push -u origin "$branch"
gh pr create --fill
gh pr merge --squash --auto

echo "After CI: curl https://fernhill.example/version"
echo "To undo:  kubectl rollout undo deployment/shop"
