"""Waits by one epoll set for many names, and makes all their conditions fire.

usage: pollers.py MOUNTPOINT WAITERS
"""

import os
import resource
import select
import sys
import time

SPARE_FDS = 40
LONG_S = 20


def allow_many_fds():
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def open_all(tree, waiters):
    epoll = select.epoll()
    for n in range(waiters):
        # More fds than are open while all wait, and fewer than after main() opens the spare ones.
        value = f"{waiters + SPARE_FDS // 2}.{n + 1:05}1"
        name = f"{tree}/processes/{os.getpid()}/notify/fds/above/{value}"
        epoll.register(os.open(name, os.O_RDONLY | os.O_NONBLOCK), select.EPOLLIN)
    return epoll


def main(tree, waiters):
    allow_many_fds()
    sys.stdin.readline()
    epoll = open_all(tree, waiters)
    print("opened", flush=True)
    sys.stdin.readline()
    events = 0
    began = time.monotonic()
    for _ in range(SPARE_FDS):
        os.dup(0)
    while events < waiters and time.monotonic() < began + LONG_S:
        for fd, _ in epoll.poll(1, maxevents=waiters):
            events += os.read(fd, 4096).count(b"\n")
    print(events, f"events after {time.monotonic() - began:.3f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
