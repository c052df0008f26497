#!/usr/bin/env bash
set -euo pipefail
: "${COMMIT:?}" "${IMAGE:?}"

pod=$(kubectl get pod -l app=shop -o name | head -n 1)
kubectl exec "$pod" -- ./shop migrate

kubectl set image deployment/shop "shop=$IMAGE"
kubectl rollout status deployment/shop
