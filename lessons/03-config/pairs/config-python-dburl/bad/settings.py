from urllib.parse import urlsplit

# the new host, since October
DB_URL = "postgresql://shop@db-2.fernhill.internal/shop"


def database() -> dict:
    url = urlsplit(DB_URL)
    return {
        "host": url.hostname,
        "name": url.path.lstrip("/"),
        "user": url.username,
    }
