from pathlib import Path

FOLDER = Path("/srv/shop/uploads")


def save(name: str, data: bytes) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / name).write_bytes(data)


def load(name: str) -> bytes:
    return (FOLDER / name).read_bytes()
