#!/usr/bin/env python3
"""A controller that sleeps in one epoll set until something goes wrong on the host.

usage: controller.py [--memory=5%] [--fds=90%] [--blocked=60s] MOUNTPOINT [PROCESS...]

It waits until memory runs out, until a process uses up its open files, and until threads are in a
deadlock. Where kifs can't report deadlocks, it waits for threads that are blocked for a long time.
With PROCESSes (ids) it watches only these. `act` handles an event: here it prints a line.
The exit status is 0 when all PROCESSes have ended, and 3 when the tree has gone.
"""
import argparse
import os
import select
import sys


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--memory", default="5%", help="report when less memory is available")
    parser.add_argument(
        "--fds", default="90%", help="report a process with more of its limit of open files"
    )
    parser.add_argument(
        "--blocked", default="60s", help="report longer waits, where deadlocks aren't"
    )
    parser.add_argument("mountpoint")
    parser.add_argument("process", nargs="*")
    return parser.parse_args()


def names(options):
    """Yields the conditions to wait for. Each is a file below the mountpoint."""
    yield f"system/notify/memory.available/below/{options.memory}"
    for which in options.process or ["each"]:
        yield f"processes/{which}/notify/fds/above/{options.fds}"
        if options.process or not os.path.isdir(f"{options.mountpoint}/locks/notify/deadlock"):
            yield f"processes/{which}/notify/blocked/above/{options.blocked}"
    if not options.process and os.path.isdir(f"{options.mountpoint}/locks/notify/deadlock"):
        yield "locks/notify/deadlock/occurs/any"


def fields(line):
    """Returns the fields of an event by name. A blank in a value is escaped as \\x20."""
    return dict(word.split("=", 1) for word in line.split(" "))


def act(event):
    who = f"{event['comm']} ({event['pid']})" if event["pid"] != "0" else event["entity"]
    lost = "" if event["lost"] == "0" else f", {event['lost']} events lost"
    print(f"{who}: {event['metric']} is {event['value']} {event['unit']}{lost}", flush=True)


def main():
    options = arguments()
    epoll = select.epoll()
    waiting = {}
    for name in names(options):
        # The condition is armed by the open, so no event before the first poll is missed.
        fd = os.open(os.path.join(options.mountpoint, name), os.O_RDONLY | os.O_NONBLOCK)
        epoll.register(fd, select.EPOLLIN)
        waiting[fd] = name
    print(f"waiting for {len(waiting)} conditions", flush=True)
    while waiting:
        for fd, ready in epoll.poll():
            if ready & select.EPOLLERR:
                # The tree was unmounted, or its daemon was killed. Whoever starts this program
                # starts it again: a condition that holds then is reported at once.
                print("the tree has gone", file=sys.stderr)
                return 3
            if ready & select.EPOLLIN:
                for line in os.read(fd, 1 << 16).decode("latin-1").splitlines():
                    act(fields(line))
            elif ready & select.EPOLLHUP:  # the entity has vanished
                epoll.unregister(fd)
                os.close(fd)
                print(f"{waiting.pop(fd)}: gone", flush=True)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
