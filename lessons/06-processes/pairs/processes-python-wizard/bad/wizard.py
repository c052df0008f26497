import json
from pathlib import Path

DRAFTS = Path("/tmp/checkout")


def save_address(order_id: str, address: dict) -> None:
    DRAFTS.mkdir(exist_ok=True)
    (DRAFTS / order_id).write_text(json.dumps(address))


def load_address(order_id: str) -> dict:
    return json.loads((DRAFTS / order_id).read_text())
