"""Starts clients that wait in four ways: by open, by read, by poll and by epoll.

usage: waiting_clients.py MOUNTPOINT CLIENTS

Prints "started". After a line on stdin, it waits until each client has returned with an error.
"""

import collections
import errno
import os
import select
import sys
import time

TREE = sys.argv[1]
ALLOWED = {"ENOTCONN", "ECANCELED", "ECONNABORTED"}


def by_open(n):
    os.open(f"{TREE}/system/notify/load/above/{1000000 + n}", os.O_RDONLY)


def by_read(n):
    os.read(os.open(f"{TREE}/system/notify/load/above/{1000000 + n},follow", os.O_RDONLY), 4096)


def nonblocking(n):
    return os.open(f"{TREE}/system/notify/load/above/{1000000 + n}", os.O_RDONLY | os.O_NONBLOCK)


def by_poll(n):
    fd = nonblocking(n)
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    events = poll.poll()[0][1]
    if events & (select.POLLHUP | select.POLLERR):
        os.read(fd, 4096)


def by_epoll(n):
    fd = nonblocking(n)
    poll = select.epoll()
    poll.register(fd, select.EPOLLIN | select.EPOLLET)
    events = poll.poll()[0][1]
    if events & (select.EPOLLHUP | select.EPOLLERR):
        os.read(fd, 4096)


WAYS = [by_open, by_read, by_poll, by_epoll]


def start_client(n):
    """Starts a client. Returns its pid, and the pipe into which it writes how its wait ended."""
    way = WAYS[n % len(WAYS)]
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            way(n % 8)
            result = "event"
        except OSError as e:
            result = errno.errorcode[e.errno]
        os.write(write, f"{way.__name__} {result} {time.monotonic()}".encode())
        os._exit(0)
    os.close(write)
    return pid, read


def main(clients):
    started = [start_client(n) for n in range(clients)]
    print("started", flush=True)
    sys.stdin.readline()
    began = time.monotonic()
    results, times = collections.Counter(), []
    for pid, read in started:
        os.waitpid(pid, 0)
        way, result, at = os.read(read, 100).decode().split()
        results[way, result] += 1
        times.append(float(at))
    wrong = {key: count for key, count in results.items() if key[1] not in ALLOWED}
    if wrong:
        print("wrong:", wrong)
        return
    each = ", ".join(f"{count} {way} {result}" for (way, result), count in sorted(results.items()))
    print(
        f"all {len(times)} came back within {max(times) - min(times):.3f} s,"
        f" {max(times) - began:.3f} s after the word: {each}"
    )


if __name__ == "__main__":
    main(int(sys.argv[2]))
