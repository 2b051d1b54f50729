#!/usr/bin/env python3
"""Makes every kind of change of processes, in a random order.

usage: changes.py SEED

For each line on stdin it makes some changes, waits until its processes sleep, and prints their
pids. It needs root. Its processes end with it.
"""

import contextlib
import ctypes
import os
import random
import resource
import signal
import struct
import sys
import threading
import time

MOST = 12
LIBC = ctypes.CDLL(None, use_errno=True)
CLONE3 = 435
DIE_WITH_PARENT = 1


def obey(orders, answers):
    """A child: does what it is told, and says so."""
    kept = []
    while True:
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)  # a change of the user clears it
        order = os.read(orders, 1)
        if order == b"t":
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        elif order == b"n":
            with open("/proc/self/comm", "w") as comm:
                comm.write(f"name{random.randrange(9)}")
        elif order == b"u":
            os.setreuid(random.randrange(1, 9), 0)
        elif order == b"g":
            os.setregid(random.randrange(9), 0)
        elif order == b"m":
            kept.append(bytearray(os.urandom(1 << 16)) * 16)
        elif order == b"f":
            kept.append(open("/dev/null"))
        elif order == b"e":
            os.write(answers, b".")
            os.execv("/bin/sleep", ["sleep", f"10{random.randrange(9)}"])
        elif order == b"":
            os._exit(0)
        os.write(answers, b".")


class Child:
    def __init__(self):
        orders, self.orders = os.pipe()
        self.answers, answers = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.orders)
            random.seed(os.getpid())
            obey(orders, answers)
        os.close(orders)
        os.close(answers)
        self.obeys = True
        self.stopped = False

    def tell(self, order):
        if self.obeys and not self.stopped:
            os.write(self.orders, order)
            os.read(self.answers, 1)
            self.obeys = order != b"e"

    def end(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.orders)
        os.close(self.answers)


def reuse(pid):
    """Makes a process that has an id of an old one: True, or False if that can't be done."""
    wanted = ctypes.c_int(pid)
    arguments = struct.pack(
        "11Q", 0, 0, 0, 0, signal.SIGCHLD, 0, 0, 0, ctypes.addressof(wanted), 1, 0
    )
    made = LIBC.syscall(CLONE3, arguments, len(arguments))
    if made == 0:
        LIBC.prctl(DIE_WITH_PARENT, signal.SIGKILL)
        os.execv("/bin/sleep", ["sleep", "100"])
    return made == pid


class Group:
    """A cgroup of this program's own, if the host lets it make one."""

    def __init__(self):
        self.path = None
        for hierarchy in "/sys/fs/cgroup", "/sys/fs/cgroup/pids":
            path = f"{hierarchy}/kifs-changes-{os.getpid()}"
            try:
                os.mkdir(path)
                if os.path.exists(f"{path}/cgroup.procs"):
                    self.path, self.above = path, hierarchy
                    return
                os.rmdir(path)
            except OSError:
                pass

    def move(self, pid):
        if self.path:
            into = random.choice([self.path, self.above])
            with open(f"{into}/cgroup.procs", "w") as procs:
                procs.write(str(pid))

    def remove(self):
        if self.path:
            os.rmdir(self.path)


def change(children, reused, group):
    child = random.choice(children)
    kind = random.randrange(15)
    if kind < 7:
        child.tell(b"tnugmfe"[kind : kind + 1])
    elif kind == 7:
        os.setpriority(os.PRIO_PROCESS, child.pid, random.randrange(20))
    elif kind == 8:
        with contextlib.suppress(PermissionError):  # of another user, without CAP_SYS_RESOURCE
            resource.prlimit(child.pid, resource.RLIMIT_NOFILE, (random.randrange(64, 128), 256))
    elif kind == 9:
        os.sched_setaffinity(child.pid, {random.choice(list(os.sched_getaffinity(0)))})
    elif kind == 10:
        child.stopped = not child.stopped
        os.kill(child.pid, signal.SIGSTOP if child.stopped else signal.SIGCONT)
    elif kind == 11 and len(children) < MOST:
        children.append(Child())
    elif kind == 12 and len(children) > 3:
        children.remove(child)
        child.end()
        if reuse(child.pid):
            reused.append(child.pid)
    elif kind == 13:
        group.move(child.pid)
    elif kind == 14 and reused:
        pid = reused.pop()
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def state(pid):
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0]


def main(seed):
    random.seed(seed)
    children, reused, group = [Child() for _ in range(5)], [], Group()
    print("ready", flush=True)
    try:
        for _ in sys.stdin:
            for _ in range(random.randrange(1, 12)):
                change(children, reused, group)
            pids = sorted([child.pid for child in children] + reused)
            while not all(state(pid) in "ST" for pid in pids):
                time.sleep(0.01)
            time.sleep(0.05)
            print(*pids, flush=True)
    finally:
        for pid in reused:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        for child in children:
            child.end()
        group.remove()


if __name__ == "__main__":
    main(int(sys.argv[1]))
