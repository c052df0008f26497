import os
import sys

from shop.db import connect

FILL = """UPDATE orders
   SET region = coalesce(region_of(country), 'none')
 WHERE id IN (SELECT id FROM orders
   WHERE region IS NULL ORDER BY id LIMIT 500)"""
TODO = """SELECT count(*) FROM orders
 WHERE region IS NULL"""


def main(apply: bool) -> None:
    db = connect(os.environ["DATABASE_URL"])
    print(db.execute(TODO).fetchone()[0], "orders to fill")
    while apply and db.execute(FILL).rowcount:
        db.commit()
        print("a batch is done", flush=True)


if __name__ == "__main__":
    main("--apply" in sys.argv)
