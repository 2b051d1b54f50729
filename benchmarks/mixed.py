#!/usr/bin/env python3
"""Runs mixed clients on a kifs mount, and prints the memory of its daemon by kind over time.

usage: mixed.py [-m MINUTES] [-s SECONDS] [-c CLIENT]... MOUNTPOINT

  -m MINUTES   how long (15)
  -s SECONDS   time between two lines (30)
  -c CLIENT    only these clients: crawl, bulk, poll, block, fds (all)

crawl reads every attribute of the tree, bulk reads bulks with fds and shared memory, poll has 300
pollers that come and go, block has 40 blocked opens that are killed again, and fds reads the fds of
a process that has 20,000, or as many as its limit allows. All run at low priority.

A line has the resident memory of the daemon by kind, in MB: rss and pss as a whole, then heap (of
Java), arenas (of malloc, with its own heap), code (what the JIT compiler made), bpf (maps that are
shared with the kernel), file (mapped files: the JVM, the class-data archive, libraries), other
(stacks, metaspace, buffers).
"""

import argparse
import itertools
import multiprocessing
import os
import re
import resource
import select
import signal
import subprocess
import sys
import time

POLLERS = 300
BLOCKED = 40
FDS = 20_000
ARENA_BYTES = 64 << 20
JAVA_HEAP_END = 1 << 32
KINDS = ("heap", "arenas", "code", "bpf", "file", "other")


def about(tree):
    with open(f"{tree}/about", encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("=", 1) for line in file]
    return dict(pair for pair in pairs if len(pair) == 2)


# --- the memory of the daemon ---


def kind_of(start, permissions, path):
    """The kind of a mapping that isn't an arena of a thread. The Java heap lies below 4 GB."""
    if path == "[heap]":
        return "arenas"
    if path.startswith("anon_inode:"):
        return "bpf"
    if path and not path.startswith("["):
        return "file"
    if "x" in permissions:
        return "code"
    return "heap" if start < JAVA_HEAP_END else "other"


def mappings(pid):
    """The mappings of a process: start, end, permissions, path, KB of RSS and of PSS."""
    found = []
    with open(f"/proc/{pid}/smaps", encoding="utf-8") as smaps:
        for line in smaps:
            first = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+ *(.*)", line)
            if first:
                found.append([int(first[1], 16), int(first[2], 16), first[3], first[4], 0, 0])
            elif line.startswith("Rss:"):
                found[-1][4] = int(line.split()[1])
            elif line.startswith("Pss:"):
                found[-1][5] = int(line.split()[1])
    return found


def memory(pid):
    """MB of RSS by kind, and the whole RSS and PSS.

    malloc aligns the arena of a thread, and what it doesn't use of an arena is inaccessible.
    """
    kilobytes = dict.fromkeys((*KINDS, "rss", "pss"), 0)
    found = mappings(pid)
    for i, (start, end, permissions, path, rss, pss) in enumerate(found):
        kind = kind_of(start, permissions, path)
        if kind == "other" and permissions == "rw-p" and i + 1 < len(found):
            rest = found[i + 1]
            is_arena = rest[0] == end and rest[1] % ARENA_BYTES == 0 and rest[2] == "---p"
            if is_arena or (start % ARENA_BYTES == 0 and end - start == ARENA_BYTES):
                kind = "arenas"
        kilobytes[kind] += rss
        kilobytes["rss"] += rss
        kilobytes["pss"] += pss
    return {name: value / 1024 for name, value in kilobytes.items()}


def print_memory(pid, began):
    threads = len(os.listdir(f"/proc/{pid}/task"))
    values = " ".join(f"{name}={value:.1f}" for name, value in memory(pid).items())
    print(f"s={time.monotonic() - began:.0f} {values} threads={threads}", flush=True)


# --- the clients: each is a function that runs once, again and again, in a process of its own ---


def read_all(path):
    try:
        fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return
    try:
        while os.read(fd, 1 << 20):
            pass
    except OSError:
        pass  # the entity has vanished
    finally:
        os.close(fd)


def crawl(tree, _):
    for directory, names, files in os.walk(tree):
        names[:] = [name for name in names if name != "notify"]
        for name in files:
            read_all(os.path.join(directory, name))


def bulk(tree, _):
    for name in (
        "bulk",
        "processes/bulk",
        "bulk?tags=fd",
        "bulk?tags=shm,shm_user",
        "bulk?tags=process,thread,fd",
        "locks/bulk",
        "hogs/fds",
        "hogs/shm",
        "shm/bulk",
    ):
        read_all(f"{tree}/{name}")
    time.sleep(0.5)


def poll(tree, turn):
    pids = [name for name in os.listdir(f"{tree}/processes") if name.isdigit()]
    metrics = ("cpu", "rss", "fds", "threads", "blocked")
    names = ["system/notify/load/above/1000", "processes/each/notify/exit/occurs/any"]
    names += [
        f"processes/each/notify/{metrics[i % 5]}/above/{turn + i + 900_000}" for i in range(100)
    ]
    names += [f"processes/{pids[i % len(pids)]}/notify/exit/occurs/any" for i in range(POLLERS)]
    waiting = select.epoll()
    fds = []
    for name in names[:POLLERS]:
        try:
            fds.append(os.open(f"{tree}/{name}", os.O_RDONLY | os.O_NONBLOCK))
        except OSError:
            continue  # the process has ended
        waiting.register(fds[-1], select.EPOLLIN)
    end = time.monotonic() + 3
    while time.monotonic() < end:
        for fd, events in waiting.poll(0.5):
            try:
                os.read(fd, 65536)
            except OSError:
                waiting.unregister(fd)
    waiting.close()
    for fd in fds:
        os.close(fd)


def block(tree, turn):
    name = f"{tree}/processes/each/notify/rss/above/{turn % 100 + 500}G"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    clients = [subprocess.Popen(["cat", name], **quiet) for _ in range(BLOCKED)]
    try:
        time.sleep(2)
    finally:
        for client in clients:
            client.kill()
            client.wait()


def fds(tree, _):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    held = [os.open("/dev/null", os.O_RDONLY) for _ in range(min(FDS, limit - 100))]
    mine = f"{tree}/processes/{os.getpid()}"
    for name in ("fds/bulk", "fds.count", "stat", "bulk"):
        read_all(f"{mine}/{name}")
    for name in itertools.islice(os.listdir(f"{mine}/fds"), 2000):
        read_all(f"{mine}/fds/{name}")
    for fd in held:
        os.close(fd)


CLIENTS = {client.__name__: client for client in (crawl, bulk, poll, block, fds)}


def run(name, tree):
    os.nice(10)
    # A client that is ended ends its own processes.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    for turn in itertools.count():
        CLIENTS[name](tree, turn)


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("-m", type=float, default=15)
    parser.add_argument("-s", type=float, default=30)
    parser.add_argument("-c", action="append", choices=CLIENTS)
    parser.add_argument("mountpoint")
    options = parser.parse_args()
    pid = int(about(options.mountpoint)["pid"])
    began = time.monotonic()
    print_memory(pid, began)
    running = [
        multiprocessing.Process(target=run, args=(name, options.mountpoint))
        for name in options.c or CLIENTS
    ]
    for client in running:
        client.start()
    try:
        while time.monotonic() < began + options.m * 60:
            time.sleep(options.s)
            print_memory(pid, began)
    finally:
        for client in running:
            os.kill(client.pid, signal.SIGTERM)
            client.join()


if __name__ == "__main__":
    main()
