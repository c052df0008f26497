import os
import signal


def run(orders: list[str]) -> None:
    for order in orders:
        print(f"charged {order}", flush=True)
    os.kill(os.getpid(), signal.SIGKILL)


run(["o1", "o2"])
