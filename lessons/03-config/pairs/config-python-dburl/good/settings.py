import os
import sys
from urllib.parse import urlsplit

DATABASE_URL = os.environ.get("DATABASE_URL", "")
if not DATABASE_URL:
    sys.exit("settings: DATABASE_URL is not set")


def database() -> dict:
    url = urlsplit(DATABASE_URL)
    return {
        "host": url.hostname,
        "name": url.path.lstrip("/"),
        "user": url.username,
    }
