import threading

import newsletter
import web
from timetable import until_next


def tick():
    newsletter.send_all()
    threading.Timer(until_next(), tick).start()


if __name__ == "__main__":
    threading.Timer(until_next(), tick).start()
    web.serve()
