import json


def save_address(db, order_id: str, address: dict) -> None:
    with db:
        db.execute(
            "INSERT INTO drafts (order_id, address) "
            "VALUES (?, ?) ON CONFLICT (order_id) "
            "DO UPDATE SET address = excluded.address",
            (order_id, json.dumps(address)),
        )


def load_address(db, order_id: str) -> dict:
    sql = "SELECT address FROM drafts WHERE order_id = ?"
    return json.loads(db.execute(sql, (order_id,)).fetchone()[0])
