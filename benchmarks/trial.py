"""Makes excursions, waits for each by poll, and counts the reported ones.

usage: trial.py MOUNTPOINT HOG [EXCURSIONS [SEED [HOGS]]]

Each kind (cpu, rss, fds, threads, blocked, exit) has a sixth of the excursions. HOGS processes of a
kind make them at the same time, while a spinning process for each CPU keeps the host busy. A burst
of cpu that got less than 5 % of a CPU is no excursion, and is made again. Lengths are from one tick
to a minute, evenly spread on a logarithmic scale. An excursion is missed if it was not reported
before the next one of the same process, and doubled if it was reported more than once. The latency
is the time from the crossing of the threshold, by the hog's clock, until the client has read the
event. For cpu it begins with the burst, so it includes the time to use that much.
"""
import collections
import heapq
import itertools
import math
import os
import random
import select
import subprocess
import sys
import time

from kifs_testing import about
from kifs_testing import event

TREE, HOG = sys.argv[1], sys.argv[2]
EXCURSIONS = int(sys.argv[3]) if len(sys.argv) > 3 else 1000
SEED = int(sys.argv[4]) if len(sys.argv) > 4 else 1
HOGS = int(sys.argv[5]) if len(sys.argv) > 5 else 16
SHORTEST, LONGEST = 0.1, 60.0
CALM = 2.5
BLOCKED = 0.05

#: The condition, how an excursion begins and ends, and after how long it is one.
KINDS = {
    "cpu": ("cpu/above/3,over=1s,clear=0.1", "cpu on", "cpu off", 0),
    "rss": ("rss/above/20M", "rss 22000000", "rss 17000000", 0),
    "fds": ("fds/above/50", "fds 60", "fds 10", 0),
    "threads": ("threads/above/10", "threads 20", "threads 2", 0),
    "blocked": (f"blocked/above/{BLOCKED * 1000:.0f}ms", "lock on", "lock off", BLOCKED),
    "exit": ("exit/occurs/any", "exit 0", None, 0),
}


class Result:
    def __init__(self):
        self.excursions = self.missed = self.doubled = self.lost = 0
        self.latencies = []


results = {kind: Result() for kind in KINDS}
left = {
    kind: EXCURSIONS // len(KINDS) + (n < EXCURSIONS % len(KINDS)) for n, kind in enumerate(KINDS)
}
epoll = select.epoll()
handlers = {}
agenda = []
order = itertools.count()
rng = random.Random(SEED)


def at(when, action):
    heapq.heappush(agenda, (when, next(order), action))


def length():
    return math.exp(rng.uniform(math.log(SHORTEST), math.log(LONGEST)))


def watch(fd, handler):
    handlers[fd] = handler
    epoll.register(fd, select.EPOLLIN)


def unwatch(fd):
    if handlers.pop(fd, None):
        epoll.unregister(fd)


class Victim:
    """One process of one kind: it makes one excursion after another, with a rest after each."""

    def __init__(self, kind):
        self.kind, self.result = kind, results[kind]
        self.name, self.on, self.off, self.after = KINDS[kind]
        self.begin()

    def begin(self):
        self.hog = subprocess.Popen(
            [HOG, "-t"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            preexec_fn=lambda: os.setpriority(os.PRIO_PROCESS, 0, 0),
        )
        assert self.hog.stdout.readline().startswith(b"ready")
        self.told = []
        name = f"{TREE}/processes/{self.hog.pid}/notify/{self.name}"
        self.fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
        watch(self.fd, self.event)
        watch(self.hog.stdout.fileno(), self.answered)
        # Most of the memory is there before, because on a busy host it takes long to get it.
        self.tell(self.off or "cpu off", self.rest)

    def rest(self, stamp):
        at(time.time() + CALM * rng.uniform(1, 2), self.rise)

    def tell(self, line, then):
        """Doesn't wait for the answer, because on a busy host hogs answer slowly."""
        self.then = then
        self.hog.stdin.write(line.encode() + b"\n")

    def answered(self):
        line = self.hog.stdout.readline()
        if line:
            self.then(int(line.split()[-1]) / 1e9)
        else:
            unwatch(self.hog.stdout.fileno())

    def rise(self):
        if left[self.kind] == 0:
            return self.end()
        left[self.kind] -= 1
        self.told, self.void = [], False
        self.before = self.used()
        self.tell(self.on, self.risen)

    def risen(self, stamp):
        self.stamp = stamp + self.after
        if self.off is None:
            at(time.time() + CALM, self.settle)
        else:
            at(self.stamp + length(), self.fall)

    def fall(self):
        lasted = time.time() - self.stamp
        self.void = self.kind == "cpu" and self.used() - self.before < 0.05 * max(1, lasted)
        if self.void and lasted < 2 * LONGEST:
            # On a busy host a burst takes longer until it is 5 % of some second.
            return at(time.time() + 0.05, self.fall)
        self.tell(self.off, lambda stamp: at(time.time() + CALM, self.settle))

    def used(self):
        """The CPU time of its main thread."""
        with open(f"/proc/{self.hog.pid}/schedstat") as file:
            return int(file.read().split()[0]) / 1e9

    def event(self):
        came = time.time()
        try:
            lines = os.read(self.fd, 65536).decode().splitlines()
        except OSError:
            # The process has vanished, so no more events will come.
            return unwatch(self.fd)
        for line in lines:
            self.result.lost += int(event(line)["lost"])
            self.told.append(came)

    def settle(self):
        if self.void:
            left[self.kind] += 1
            return self.rise()
        self.result.excursions += 1
        self.result.missed += not self.told
        self.result.doubled += len(self.told) > 1
        if self.told:
            self.result.latencies.append(max(0, self.told[0] - self.stamp))
        else:
            print(f"missed: {self.kind} of pid {self.hog.pid}", file=sys.stderr)
        if len(self.told) > 1:
            print(f"doubled: {self.kind}, {[t - self.stamp for t in self.told]}", file=sys.stderr)
        if self.kind == "exit":
            self.end()
            if left[self.kind] > 0:
                self.begin()
        else:
            self.rise()

    def end(self):
        unwatch(self.fd)
        unwatch(self.hog.stdout.fileno())
        os.close(self.fd)
        self.hog.stdin.close()
        self.hog.wait()
        self.hog.stdout.close()


def quantile(values, share):
    return sorted(values)[int((len(values) - 1) * share)] * 1000 if values else 0


def main():
    spinners = [
        subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(os.cpu_count())
    ]
    # A controller needs a higher priority than the processes that it controls.
    os.setpriority(os.PRIO_PROCESS, 0, -5)
    late = int(about(TREE, "ticks.late"))
    began = time.time()
    try:
        for kind in KINDS:
            for _ in range(min(HOGS, left[kind])):
                Victim(kind)
        while handlers:
            wait = agenda[0][0] - time.time() if agenda else 1
            if wait <= 0:
                heapq.heappop(agenda)[2]()
                wait = 0
            for fd, _ in epoll.poll(max(0, wait)):
                if fd in handlers:
                    handlers[fd]()
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()
    print(f"{'':10}{'excursions':>12}{'missed':>8}{'doubled':>9}{'p50 ms':>9}{'p99 ms':>9}")
    total = collections.Counter()
    for kind, r in results.items():
        print(
            f"{kind:10}{r.excursions:12}{r.missed:8}{r.doubled:9}"
            f"{quantile(r.latencies, 0.5):9.1f}{quantile(r.latencies, 0.99):9.1f}"
        )
        total.update(excursions=r.excursions, missed=r.missed, doubled=r.doubled, lost=r.lost)
    print(f"{'all':10}{total['excursions']:12}{total['missed']:8}{total['doubled']:9}")
    late = int(about(TREE, "ticks.late")) - late
    worst_ms = float(about(TREE, "ticks.late.worst")) * 1000
    print(
        f"{time.time() - began:.0f} s; {total['lost']} lost; {late} late ticks,"
        f" the worst ever by {worst_ms:.0f} ms"
    )
    return 1 if total["missed"] or total["doubled"] else 0


if __name__ == "__main__":
    sys.exit(main())
