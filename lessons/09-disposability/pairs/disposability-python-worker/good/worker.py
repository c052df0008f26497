from pathlib import Path


def work(queue: Path, done: Path, send) -> None:
    for job in sorted(queue.glob("*.job")):
        order = job.read_text().strip()
        if not (done / order).exists():
            send(order)
            (done / order).touch()
        job.unlink()
