#!/usr/bin/env python3
"""Waits for any number of thresholds, and prints each event as it arrives.

usage: wait.py [--reconnect] NAME...    wait.py /mnt/kernel/processes/each/notify/fds/above/90%

It ends with status 0 when all entities have vanished, and with 3 when the tree has gone, because it
was unmounted or its daemon was killed. With --reconnect it waits until the tree is mounted, at the
start and whenever the tree has gone, and opens the names again. A condition `above` that holds then
is reported at once, so no excursion is lost that still lasts. What happens while there is no tree
(exits, forks) is lost.
"""

import errno
import os
import re
import select
import sys
import threading
import time

# The mountpoint in a name. Groups come first: one can be called like another directory of the tree.
MOUNTPOINT = re.compile(r"(.*?)/cgroups/|(.*)/(?:system|locks)/notify/|(.*)/(?:processes|shm)/")
GONE = {errno.ENOTCONN, errno.ECONNABORTED}


class TreeGone(Exception):
    pass


def armed(names):
    """Opens the names. Returns them by descriptor, and an epoll set of the descriptors."""
    waiting = {}
    poll = select.epoll()
    for name in names:
        # O_NONBLOCK: the open returns at once, and the descriptor becomes readable at the event.
        fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
        waiting[fd] = name
        poll.register(fd, select.EPOLLIN)
    return waiting, poll


def lines(fd):
    try:
        return os.read(fd, 65536).decode().splitlines()
    except (BlockingIOError, ProcessLookupError):
        return []  # another reader was faster, or the entity has vanished: EPOLLHUP


def follow(waiting, poll):
    """Prints events until all entities have vanished. Raises TreeGone if the tree goes away."""
    while waiting:
        for fd, events in poll.poll():
            # An entity that vanishes is EPOLLHUP alone. EPOLLERR says that the tree has gone.
            if events & select.EPOLLERR:
                raise TreeGone
            if events & select.EPOLLIN:
                for line in lines(fd):
                    print(f"{waiting[fd]}: {line}", flush=True)
            if events & select.EPOLLHUP:
                print(f"{waiting.pop(fd)}: gone", flush=True)
                poll.unregister(fd)
                os.close(fd)


def close(waiting, poll):
    poll.close()
    for fd in waiting:
        os.close(fd)


def run(names):
    """Follows the names once. Returns the names that are left when the tree has gone."""
    waiting, poll = armed(names)
    try:
        follow(waiting, poll)
    except TreeGone:
        pass
    except OSError as error:
        if error.errno not in GONE:
            raise
    finally:
        left = list(waiting.values())
        close(waiting, poll)
    return left


def tree(name):
    """The mountpoint, by the form of the name, because it must be known while there is no tree."""
    match = MOUNTPOINT.match(name)
    if not match:
        raise OSError(f"{name}: no name below a notify/ of a tree")
    return match[match.lastindex]


def await_trees(names):
    while not all(os.path.exists(f"{tree(name)}/about") for name in names):
        time.sleep(0.2)


def reason(name):
    """Why the name was refused to this thread, as a line of the tree's file errors says."""
    entity = name.partition("/notify/")[0]
    if not os.path.exists(entity):
        return f"there is no {entity}"
    mine = f" tid={threading.get_native_id()} "
    try:
        with open(f"{tree(name)}/errors", encoding="latin-1") as errors:
            lines = [line for line in errors if mine in line]
    except OSError:
        lines = []
    return lines[-1].partition(" reason=")[2].strip() if lines else ""


def main(arguments):
    reconnect = arguments[:1] == ["--reconnect"]
    names = arguments[1:] if reconnect else arguments
    if reconnect:
        await_trees(names)
    names = run(names)
    while names:
        print("wait.py: the tree has gone", file=sys.stderr, flush=True)
        if not reconnect:
            sys.exit(3)
        await_trees(names)
        for name in names:
            if not os.path.exists(name):
                print(f"{name}: gone", flush=True)
        names = run(filter(os.path.exists, names))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        why = reason(error.filename) if error.filename else ""
        sys.exit(f"wait.py: {error}" + (why and f": {why}"))
