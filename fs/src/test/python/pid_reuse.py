"""Checks that open files of a process don't show a later process with the same pid.

usage: pid_reuse.py MOUNTPOINT
"""

import os
import select
import sys

from kifs_testing import error_of

ATTEMPTS = 200


def child(pipe_read):
    """Starts a child that lives until the pipe is closed."""
    pid = os.fork()
    if pid == 0:
        os.read(pipe_read, 1)
        os._exit(0)
    return pid


def child_with_pid(pid, pipe_read):
    """Starts a child with that pid. Returns None if other processes take the pid each time."""
    for _ in range(ATTEMPTS):
        with open("/proc/sys/kernel/ns_last_pid", "w") as last:
            last.write(str(pid - 1))
        made = child(pipe_read)
        if made == pid:
            return made
        end(made)
    return None


def end(pid):
    os.kill(pid, 9)
    os.waitpid(pid, 0)


def open_and_read(path):
    with open(path) as file:
        file.read()


def outcome(function):
    return error_of(function) or "ok"


def hangs_up(fd):
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    events = poll.poll(10000)
    return "HUP" if events and events[0][1] & select.POLLHUP else events


def main(tree):
    read, _write = os.pipe()
    first = child(read)
    directory = f"{tree}/processes/{first}"
    rss = os.open(f"{directory}/rss", os.O_RDONLY)
    bulk = os.open(f"{directory}/bulk", os.O_RDONLY)
    thread = os.open(f"{directory}/threads/{first}/comm", os.O_RDONLY)
    notify = os.open(f"{directory}/notify/rss/above/1T", os.O_RDONLY | os.O_NONBLOCK)
    assert os.pread(rss, 100, 0)
    end(first)
    second = child_with_pid(first, read)
    if second is None:
        print("pid taken")
        return
    print("rss", outcome(lambda: os.pread(rss, 100, 0)))
    print("bulk", outcome(lambda: os.pread(bulk, 100, 0)))
    print("thread", outcome(lambda: os.pread(thread, 100, 0)))
    hung_up = hangs_up(notify)
    print("notify", outcome(lambda: os.read(notify, 100)), hung_up)
    print("new", outcome(lambda: open_and_read(f"{directory}/rss")))
    end(second)


if __name__ == "__main__":
    main(sys.argv[1])
