"""Keeps a zombie, and a process whose name is hard to parse, until the end of stdin.

Prints "ready", and then the pids of both for each line of stdin.
"""

import ctypes
import os
import sys

PR_SET_NAME = 15


def text(path):
    with open(path) as file:
        return file.read()


def make_zombie():
    pid = os.fork()
    if pid == 0:
        os._exit(7)
    while text(f"/proc/{pid}/stat").rpartition(") ")[2][0] != "Z":
        pass
    return pid


def make_odd(read, write):
    """Starts a process with a hostile name that lives as long as the pipe is open."""
    pid = os.fork()
    if pid == 0:
        os.close(write)
        os.dup2(os.open("/dev/null", os.O_RDWR), 1)
        ctypes.CDLL(None).prctl(PR_SET_NAME, b"a (b) c\n) S", 0, 0, 0)
        os.read(read, 1)
        os._exit(0)
    while "(b)" not in text(f"/proc/{pid}/comm"):
        pass
    return pid


def main():
    read, write = os.pipe()
    zombie = make_zombie()
    odd = make_odd(read, write)
    print("ready", flush=True)
    for _ in sys.stdin:
        print(zombie, odd, flush=True)


if __name__ == "__main__":
    main()
