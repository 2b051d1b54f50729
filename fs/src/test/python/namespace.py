r"""Mounts kifs inside a pid namespace and compares what it shows with that namespace's own /proc.

usage: unshare --pid --fork --mount-proc \
    python3 namespace.py MOUNT.SH MOUNTPOINT SOURCE LOG LOCKS DIRECTORY OUTSIDER

Prints a line for each figure that differs, and at the end how many are the same. OUTSIDER is the id
of a process outside the namespace, as it is there.
"""

import os
import subprocess
import sys
import time

from kifs_testing import event

mount_script, tree, source, log, locks, directory, outsider = sys.argv[1:]
same = 0


def check(what, expected, found):
    global same
    if expected == found:
        same += 1
    else:
        print(f"{what}: {found!r} instead of {expected!r}")


def read(name):
    with open(f"{tree}/{name}") as file:
        return file.read()


def stat(path):
    """Returns the pid, the name, and the fields from the third on of a stat file."""
    with open(path) as file:
        before, after = file.read().rsplit(") ", 1)
    pid, name = before.split(" (", 1)
    return pid, name, after.split()


#: A process of three threads.
NAPPER = """
import threading
import time
for _ in range(2):
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
print("ready", flush=True)
time.sleep(60)
"""


def children():
    """Starts a process of three threads, a zombie, and a process with a deadlock of two threads."""
    napper = subprocess.Popen([sys.executable, "-c", NAPPER], stdout=subprocess.PIPE, text=True)
    napper.stdout.readline()
    zombie = subprocess.Popen(["true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    deadlock = subprocess.Popen(
        [locks, "normal", directory, "T a | b", "T b | a"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    while deadlock.stdout.readline() != "ready\n":
        pass
    return napper, zombie, deadlock


def compare(pid):
    _, name, fields = stat(f"/proc/{pid}/stat")
    check(f"{pid} comm", name + "\n", read(f"processes/{pid}/comm"))
    check(f"{pid} state", fields[0] + "\n", read(f"processes/{pid}/state"))
    for field, at in (("ppid", 1), ("pgid", 2), ("sid", 3), ("nice", 16)):
        check(f"{pid} {field}", fields[at] + "\n", read(f"processes/{pid}/{field}"))
    tids = sorted(os.listdir(f"/proc/{pid}/task"), key=int)
    shown = [name for name in os.listdir(f"{tree}/processes/{pid}/threads") if name.isdecimal()]
    check(f"{pid} threads", tids, sorted(shown, key=int))


def first_line(name, happen):
    """Opens a name, calls happen() when the open waits, and returns the event that it reports."""
    with subprocess.Popen(
        ["timeout", "20", "cat", f"{tree}/{name}"], stdout=subprocess.PIPE, text=True
    ) as cat:
        while "waiters=0" in read("about"):
            time.sleep(0.01)
        happen()
        line = cat.stdout.readline()
    return event(line)


def main():
    here = children()
    subprocess.run(
        [mount_script, f"--source={source}", f"--log={log}", tree],
        check=True,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
    try:
        check("source", True, f"source={source}" in read("about").splitlines())
        names = [name for name in os.listdir(f"{tree}/processes") if name.isdecimal()]
        check(
            "processes",
            sorted(name for name in os.listdir("/proc") if name.isdecimal()),
            sorted(names),
        )
        check("an outsider", False, os.path.exists(f"{tree}/processes/{outsider}"))
        for child in here:
            compare(child.pid)
        napper, _, deadlock = here
        parts = [line.split() for line in read("locks/deadlocks").splitlines()]
        check("deadlock", 2, sum(words[1:3] == ["member", str(deadlock.pid)] for words in parts))
        # Several: where they are found by looking, the first may have been there before.
        found = first_line(
            "processes/each/notify/fork/occurs/any",
            lambda: [subprocess.run(["sleep", "0.4"], check=True) for _ in range(4)],
        )
        check("fork", str(os.getpid()), found.get("pid"))
        found = first_line(f"processes/{napper.pid}/notify/exit/occurs/any", napper.kill)
        check("exit", [str(napper.pid), "9"], [found.get("pid"), found.get("status")])
    finally:
        subprocess.run([mount_script, "--unmount", tree], check=True, stdout=subprocess.DEVNULL)
    for child in here:
        child.kill()
    print(f"{same} same")


if __name__ == "__main__":
    main()
