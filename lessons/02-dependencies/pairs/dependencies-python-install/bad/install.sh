#!/usr/bin/env bash
set -e
pip install -r requirements.txt
# the session store needs this one as well
pip install redis
python app.py
