import os

from shop.db import connect

FILL = """UPDATE orders
   SET region = coalesce(region_of(country), 'none')"""


def main() -> None:
    db = connect(os.environ["DATABASE_URL"])
    db.execute(FILL)
    db.commit()


if __name__ == "__main__":
    main()
