#!/usr/bin/env bash
set -euo pipefail
python3 -m venv .venv
.venv/bin/pip install --require-hashes \
  --requirement requirements.lock
exec .venv/bin/python app.py
