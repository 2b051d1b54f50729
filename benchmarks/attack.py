#!/usr/bin/env python3
"""Measures what a root controller gets from a kifs mount while an unprivileged user attacks it.

usage: attack.py [-s SECONDS] MOUNTPOINT

The controller reads /processes/bulk five times a second, and waits for the exits of processes that
it starts, first for SECONDS (120) alone and then for SECONDS under attack. For both it prints the
times of the bulks in ms (p50, p99, worst), the events that came, and the daemon's resident memory.

The attacker is the user nobody. Its processes open every file that they can and keep them, open
waiters until they are refused, read bulks without a pause, write queries of up to 128 KiB, look up
thousands of odd names, and make 10,000 threads with odd names. Needs root, and a mount of its own.
"""

import argparse
import ctypes
import errno
import itertools
import multiprocessing
import os
import random
import resource
import subprocess
import sys
import threading
import time

NOBODY = 65534
INTERVAL_S = 0.2
THREADS = 10_000
THREAD_PROCESSES = 5
ODD = ["\x1b[31mred", 'quo"te', "new\nline", "back\\slash", "\x00\x01\x02", "dot -> x;", "ÿþ"]


def about(tree):
    with open(f"{tree}/about", encoding="utf-8") as file:
        pairs = [line.rstrip("\n").split("=", 1) for line in file]
    return dict(pair for pair in pairs if len(pair) == 2)


# --- the attacker: each function runs in processes of its own until it is killed ---


def open_everything(tree):
    kept = []
    while True:
        for directory, _, names in os.walk(tree):
            for name in names:
                try:
                    kept.append(os.open(f"{directory}/{name}", os.O_RDONLY | os.O_NONBLOCK))
                except OSError as error:
                    if error.errno == errno.EMFILE:
                        for fd in kept[: len(kept) // 2]:
                            os.close(fd)
                        del kept[: len(kept) // 2]


def wait_for_all(tree):
    pids = [pid for pid in os.listdir(f"{tree}/processes") if pid.isdigit()]
    kept = []
    for number in itertools.count(1):
        name = f"{tree}/processes/{random.choice(pids)}/notify/threads/above/{number}"
        try:
            kept.append(os.open(name, os.O_RDONLY | os.O_NONBLOCK))
        except OSError as error:
            if error.errno in (errno.EMFILE, errno.EAGAIN, errno.ENFILE):
                time.sleep(0.01)


def spin_on_bulk(tree):
    names = ["bulk", "bulk?tags=fd", "bulk?tags=shm,shm_user", "locks/bulk", "hogs/memory"]
    for name in itertools.cycle(names):
        try:
            with open(f"{tree}/{name}", "rb") as file:
                file.read()
        except OSError:
            pass


def keep_bulks(tree):
    kept = []
    while True:
        try:
            file = os.open(f"{tree}/bulk", os.O_RDONLY)
            kept.append(file)
            os.read(file, 1)
        except OSError:
            time.sleep(0.01)


def write_queries(tree):
    while True:
        text = random.choice(["fields=", "uid=", "comm=", "\x1b", "tags=process,"])
        try:
            with open(f"{tree}/bulk", "r+b", buffering=0) as file:
                file.write((text * 200_000)[: random.randrange(1, 128 << 10)].encode())
        except OSError:
            pass


def look_up(tree):
    while True:
        name = random.choice(ODD).replace("\0", "") * random.randrange(1, 200)
        where = random.choice(["", "processes/", "notify/", "processes/each/notify/rss/above/"])
        try:
            os.stat(f"{tree}/{where}{random.choice(['bulk?', ''])}{name[:255]}")
        except OSError:
            pass


def make_threads(_tree):
    prctl = ctypes.CDLL(None).prctl
    threading.stack_size(64 << 10)

    def live(number):
        prctl(15, (ODD[number % len(ODD)] + str(number)).encode()[:15], 0, 0, 0)
        threading.Event().wait()

    for number in range(THREADS // THREAD_PROCESSES):
        try:
            threading.Thread(target=live, args=(number,), daemon=True).start()
        except RuntimeError:
            break
    while True:
        time.sleep(60)


ATTACK = {
    open_everything: 4,
    wait_for_all: 4,
    spin_on_bulk: 4,
    keep_bulks: 2,
    write_queries: 2,
    look_up: 2,
    make_threads: THREAD_PROCESSES,
}


def attack(what, tree):
    os.setgroups([])
    os.setresgid(NOBODY, NOBODY, NOBODY)
    os.setresuid(NOBODY, NOBODY, NOBODY)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    os.setsid()
    what(tree)


# --- the controller ---


def exit_event(tree):
    """Waits for the exit of a process."""
    child = subprocess.Popen(["sleep", "60"])
    name = f"{tree}/processes/{child.pid}/notify/exit/occurs/any"
    killer = threading.Timer(0.05, child.kill)
    killer.start()
    with open(name, encoding="utf-8") as file:
        file.read()
    child.wait()


def control(tree, seconds):
    bulks, events, failures = [], 0, []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        began = time.monotonic()
        try:
            with open(f"{tree}/processes/bulk", "rb", buffering=0) as file:
                while file.read(1 << 20):
                    pass
            bulks.append((time.monotonic() - began) * 1000)
            exit_event(tree)
            events += 1
        except OSError as error:
            failures.append(error)
        time.sleep(max(0, INTERVAL_S - (time.monotonic() - began)))
    return bulks, events, failures


def show(what, result, tree):
    bulks, events, failures = result
    bulks.sort()
    memory = int(about(tree)["memory"]) / 1e6
    print(
        f"{what:7} bulk p50 {bulks[len(bulks) // 2]:.1f} p99 {bulks[len(bulks) * 99 // 100]:.1f}"
        f" worst {bulks[-1]:.1f} ms of {len(bulks)}; {events} events;"
        f" {len(failures)} failures {failures[:1] or ''}; memory {memory:.0f} MB",
        flush=True,
    )
    return bulks[len(bulks) * 99 // 100]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-s", dest="seconds", type=int, default=120)
    parser.add_argument("tree")
    arguments = parser.parse_args()
    tree = arguments.tree
    quiet = show("quiet", control(tree, arguments.seconds), tree)
    attackers = [
        multiprocessing.Process(target=attack, args=(what, tree), daemon=True)
        for what, count in ATTACK.items()
        for _ in range(count)
    ]
    try:
        for attacker in attackers:
            attacker.start()
        time.sleep(5)
        attacked = show("attack", control(tree, arguments.seconds), tree)
        print(f"p99 attack / quiet: {attacked / quiet:.2f}")
        print({k: v for k, v in about(tree).items() if k.startswith(("files", "waiters", "snap"))})
    finally:
        for attacker in attackers:
            attacker.kill()
            attacker.join()
    return 0


if __name__ == "__main__":
    sys.exit(main())
