"""Waits by many opens, and prints what became of them.

usage: no_threads.py MOUNTPOINT COUNT

Each open has another threshold, which is never met. When each of them either waits or has failed,
prints how many wait and which errors there were.
"""

import errno
import os
import sys
import threading
import time

tree, count = sys.argv[1], int(sys.argv[2])
errors = []


def wait(number):
    try:
        os.open(f"{tree}/processes/each/notify/rss/above/{900 + number}T", os.O_RDONLY)
    except OSError as error:
        errors.append(errno.errorcode[error.errno])


def waiters():
    with open(f"{tree}/about", encoding="utf-8") as about:
        return next(int(line.split("=")[1]) for line in about if line.startswith("waiters="))


before = waiters()
for i in range(count):
    threading.Thread(target=wait, args=(i,), daemon=True).start()
end = time.monotonic() + 60
while waiters() - before + len(errors) < count and time.monotonic() < end:
    time.sleep(0.05)
print("waiting" if waiters() > before else "nobody", *sorted(set(errors)), flush=True)
os._exit(0)
