"""Starts processes that end at once, and counts how many of their exits kifs reports.

usage: short_lived.py MOUNTPOINT PROCESSES
"""

import os
import select
import sys
import time

from kifs_testing import event

LONG_S = 20


class Follower:
    """Follows the exits of any process."""

    def __init__(self, tree):
        name = f"{tree}/processes/each/notify/exit/occurs/any"
        self.fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
        self.poll = select.poll()
        self.poll.register(self.fd, select.POLLIN)
        self.pids, self.lost, self.seqs = set(), 0, []

    def drain(self, wait_ms=0):
        """Reads all events. If there is none yet, waits for one, at most that long."""
        while self.poll.poll(wait_ms):
            wait_ms = 0
            lines = os.read(self.fd, 65536).decode(errors="replace")
            assert lines.endswith("\n"), lines
            for found in map(event, lines.splitlines()):
                self.pids.add(int(found["pid"]))
                self.seqs.append(int(found["seq"]))
                self.lost += int(found["lost"])


def short_life():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return pid


def main(tree, wanted):
    follower = Follower(tree)
    pids = set()
    for _ in range(wanted):
        pids.add(short_life())
        follower.drain()
    deadline = time.monotonic() + LONG_S
    while pids - follower.pids and time.monotonic() < deadline:
        follower.drain(100)
    seqs = follower.seqs
    assert seqs == list(range(1, len(seqs) + 1)), seqs
    reported = len(pids & follower.pids)
    print(f"{reported} of {len(pids)} exits reported, lost={follower.lost}, {len(seqs)} events")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
