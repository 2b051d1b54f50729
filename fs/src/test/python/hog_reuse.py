"""Ends an fd hog while a controller takes its second look, and gives its pid to another process.

usage: hog_reuse.py MOUNTPOINT

Prints `unchanged` if that process has its own limits after the look, or `pid taken`.
"""

import os
import resource
import sys
import time

import pid_reuse


def waiters(tree):
    with open(tree + "/about", encoding="ascii") as about:
        return next(int(line[8:]) for line in about if line.startswith("waiters="))


def start_hog():
    """Starts a process that has more than half of the files that it may have."""
    receiver, sender = os.pipe()
    pid = os.fork()
    if pid == 0:
        with open("/proc/self/comm", "w", encoding="ascii") as comm:
            comm.write("kifs-hog")
        resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
        for _ in range(60):
            os.open("/dev/null", os.O_RDONLY)
        os.write(sender, b"x")
        time.sleep(60)
        os._exit(0)
    os.read(receiver, 1)
    return pid


def limits(pid):
    with open(f"/proc/{pid}/limits", encoding="ascii") as file:
        return file.read()


def main(tree):
    before = waiters(tree)
    pid = start_hog()
    deadline = time.monotonic() + 20
    while waiters(tree) == before and time.monotonic() < deadline:
        time.sleep(0.02)
    receiver, _sender = os.pipe()
    pid_reuse.end(pid)
    other = pid_reuse.child_with_pid(pid, receiver)
    if other is None:
        print("pid taken")
        return
    own = limits(other)
    while waiters(tree) > before and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(1)  # longer than a controller takes to act after its second look
    print("unchanged" if limits(other) == own else "changed")
    pid_reuse.end(other)


main(sys.argv[1])
