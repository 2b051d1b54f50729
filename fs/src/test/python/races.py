"""Kills waiting clients by signals at random moments, and checks that each ends at once.

usage: races.py PATH open|follow|read RACES

Each client is a fork of this program, because no other process starts as quickly.
"""

import math
import os
import random
import signal
import sys
import time

HUNG_S = 2
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)


def complain(text):
    os.write(2, f"{text}\n".encode())


def client(path, what):
    """Waits until it is killed, in an open or in a read."""
    while True:
        fd = os.open(path, os.O_RDONLY)
        if what == "open":
            os._exit(3)
        while os.read(fd, 1 << 20):
            pass
        os.close(fd)


def start_client(path, what):
    pid = os.fork()
    if pid == 0:
        try:
            client(path, what)
        except BaseException as e:
            complain(f"client: {e!r}")
            os._exit(4)
    return pid


def await_end(pid, sent, number):
    """Returns the client's status, when it ended, and whether it hung and had to be killed."""
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        now = time.monotonic()
        if ended:
            return status, now, False
        if now - sent > HUNG_S:
            with open(f"/proc/{pid}/stat") as file:
                state = file.read().rpartition(") ")[2][0]
            complain(f"hung: {signal.Signals(number).name} state {state}")
            os.kill(pid, signal.SIGKILL)
            return os.waitpid(pid, 0)[1], now, True
        time.sleep(0.0001)


def main(path, what, races):
    random.seed(17)
    # Before any fork: the signals may be ignored in the process that started this one.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    took, hung = [], 0
    for race in range(races):
        number = SIGNALS[race % len(SIGNALS)]
        pid = start_client(path, what)
        time.sleep(random.uniform(0, 0.005))
        sent = time.monotonic()
        os.kill(pid, number)
        status, ended, was_hung = await_end(pid, sent, number)
        hung += was_hung
        took.append(ended - sent)
        if os.waitstatus_to_exitcode(status) != -number:
            complain(f"client ended with {status:#x} instead of {signal.Signals(number).name}")
    took.sort()

    def at(share):
        return 1000 * took[min(len(took) - 1, math.ceil(share * len(took)) - 1)]

    slow = sum(t > 0.1 for t in took)
    print(
        f"races {races} hung {hung} ms p50 {at(0.5):.2f} p99 {at(0.99):.2f} max {at(1):.2f};"
        f" {slow} above 100 ms"
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
