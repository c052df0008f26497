#!/usr/bin/env bash
set -euo pipefail
: "${COMMIT:?}" "${IMAGE:?}"

envsubst < migrate-job.yaml | kubectl apply -f -
kubectl wait --for=condition=complete --timeout=10m \
  "job/migrate-$COMMIT"

kubectl set image deployment/shop "shop=$IMAGE"
kubectl rollout status deployment/shop
