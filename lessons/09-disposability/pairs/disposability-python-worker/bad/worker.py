from pathlib import Path


def work(queue: Path, done: Path, send) -> None:
    for job in sorted(queue.glob("*.job")):
        order = job.read_text().strip()
        job.unlink()
        send(order)
        (done / order).touch()
