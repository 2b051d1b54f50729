"""Attacks the threads of a process from another user.

  attack-thread.py UID PID THREADS

Each attempt only asks the kernel whether it would be allowed, or does no harm: the signal is 0, and
the rlimit is the present one of this program. Prints `own ATTEMPT=RESULT...` for a process of the
attacker's own, which shows that the attempts work where they are allowed, and `ready`. Then it
looks for threads that have the attacker's effective user id. After that many of them it prints the
outcomes of all attempts as `ATTEMPT=RESULT COUNT...`.
"""

import collections
import ctypes
import errno
import os
import platform
import resource
import subprocess
import sys

ARM = platform.machine() == "aarch64"
TGKILL = 131 if ARM else 234
PTRACE_SEIZE = 0x4206
PTRACE_DETACH = 17
libc = ctypes.CDLL(None, use_errno=True)
libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]


def outcome(result):
    return "ok" if result >= 0 else errno.errorcode[ctypes.get_errno()]


def seize(tid):
    result = outcome(libc.ptrace(PTRACE_SEIZE, tid, None, None))
    if result == "ok":
        libc.ptrace(PTRACE_DETACH, tid, None, None)
    return result


def prlimit(tid):
    limits = resource.getrlimit(resource.RLIMIT_CORE)
    try:
        resource.prlimit(tid, resource.RLIMIT_CORE, limits)
    except OSError as e:
        return errno.errorcode[e.errno]
    return "ok"


def memory(tid):
    try:
        os.close(os.open(f"/proc/{tid}/mem", os.O_RDWR))
    except OSError as e:
        return errno.errorcode[e.errno]
    return "ok"


def attempts(pid, tid):
    yield "signal", outcome(libc.syscall(TGKILL, pid, tid, 0))
    yield "trace", seize(tid)
    yield "prlimit", prlimit(tid)
    yield "memory", memory(tid)


def effective_user(pid, tid):
    try:
        with open(f"/proc/{pid}/task/{tid}/status") as status:
            return next(int(line.split()[2]) for line in status if line.startswith("Uid:"))
    except OSError:
        return -1


def attack(uid, pid, threads):
    seen = collections.Counter()
    while threads > 0:
        for tid in map(int, os.listdir(f"/proc/{pid}/task")):
            if effective_user(pid, tid) == uid:
                seen.update(f"{name}={result}" for name, result in attempts(pid, tid))
                threads -= 1
    return seen


def main():
    uid, pid, threads = map(int, sys.argv[1:])
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
    with subprocess.Popen(["sleep", "60"]) as own:
        print("own", *("=".join(attempt) for attempt in attempts(own.pid, own.pid)), flush=True)
        own.kill()
    print("ready", flush=True)
    print(*(f"{result} {count}" for result, count in sorted(attack(uid, pid, threads).items())))


main()
