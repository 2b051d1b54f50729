"""A client that interrupts itself all the time and tries again, as Go programs do.

usage: self_interrupting.py MOUNTPOINT HOG
"""

import os
import signal
import subprocess
import sys
import threading
import time

from kifs_testing import Hog
from kifs_testing import event

EXITS, RISES = 40, 20


class Opener:
    """Opens conditions on the main thread. Signals interrupt it as long as it is in an open."""

    def __init__(self):
        self.interrupts = 0
        self.opening = threading.Event()
        self.thread = threading.get_ident()
        signal.signal(signal.SIGURG, self.on_signal)
        threading.Thread(target=self.disturb, daemon=True).start()

    def on_signal(self, number, frame):
        self.interrupts += 1

    def disturb(self):
        """Sends SIGURG every few milliseconds, as Go's scheduler does to preempt its threads."""
        while True:
            self.opening.wait()
            signal.pthread_kill(self.thread, signal.SIGURG)
            time.sleep(0.003)

    def event(self, path):
        """Opens and reads. When a signal interrupts the open, Python itself opens again."""
        self.opening.set()
        fd = os.open(path, os.O_RDONLY)
        self.opening.clear()
        found = event(os.read(fd, 4096).decode())
        os.close(fd)
        return found


def wait_for_exit(opener, tree):
    child = subprocess.Popen(["sleep", "0.05"])
    found = opener.event(f"{tree}/processes/{child.pid}/notify/exit/occurs/any")
    child.wait()
    return found["pid"] == str(child.pid) and found["metric"] == "exit"


def excursion(hog):
    time.sleep(0.15)
    hog.tell("fds 100")
    time.sleep(0.25)
    hog.tell("fds 3")


def wait_for_rise(opener, hog):
    """Waits by `rises`, which doesn't count an excursion that is under way at the open."""
    later = threading.Thread(target=excursion, args=(hog,))
    later.start()
    found = opener.event(f"{hog.tree}/processes/{hog.pid}/notify/fds/rises/50")
    later.join()
    return found["predicate"] == "rises" and found["value"] == "100"


def main(tree, program):
    opener = Opener()
    exits = sum(wait_for_exit(opener, tree) for _ in range(EXITS))
    hog = Hog(program, tree)
    rises = sum(wait_for_rise(opener, hog) for _ in range(RISES))
    hog.end()
    print(f"exits {exits} of {EXITS}, rises {rises} of {RISES}, {opener.interrupts} interrupts")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
