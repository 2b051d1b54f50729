#!/usr/bin/env python3
"""Waits for any number of thresholds, and prints each event as it arrives.

usage: wait.py NAME...    wait.py /mnt/kernel/processes/each/notify/fds/above/90%

It ends when all entities have vanished.
"""

import os
import select
import sys


def main(names):
    waiting = {}
    poll = select.epoll()
    for name in names:
        # O_NONBLOCK: the open returns at once, and the descriptor becomes readable at the event.
        fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
        waiting[fd] = name
        poll.register(fd, select.EPOLLIN)
    while waiting:
        for fd, events in poll.poll():
            if events & select.EPOLLIN:
                try:
                    for line in os.read(fd, 65536).decode(errors="replace").splitlines():
                        print(f"{waiting[fd]}: {line}", flush=True)
                except (BlockingIOError, ProcessLookupError):
                    pass  # another reader was faster, or the entity has vanished: EPOLLHUP
            if events & (select.EPOLLHUP | select.EPOLLERR):
                print(f"{waiting.pop(fd)}: gone", flush=True)
                poll.unregister(fd)
                os.close(fd)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        sys.exit(f"wait.py: {error}")
