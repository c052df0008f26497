import sys
import time

import newsletter
import web
from timetable import until_next


def clock():
    while True:
        time.sleep(until_next())
        newsletter.send_all()


if __name__ == "__main__":
    {"web": web.serve, "clock": clock}[sys.argv[1]]()
