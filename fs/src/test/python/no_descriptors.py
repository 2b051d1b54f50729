"""Takes all descriptors of a daemon that has few, by files of a thread that it must keep open.

usage: no_descriptors.py MOUNTPOINT PID COUNT

Prints the errors of opens and reads meanwhile, and of reads after the files were closed. The thread
exists all the time, so no error may say that it doesn't.
"""

import errno
import os
import sys

tree, pid, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
thread = f"{tree}/processes/{pid}/threads/{pid}"


def read(fd):
    return os.pread(fd, 65536, 0)


def outcome(action):
    try:
        action()
    except OSError as error:
        return errno.errorcode[error.errno]
    return "fine"


held, outcomes = [], set()
for _ in range(count):
    for name in ("stat", "comm", "bulk"):
        outcomes.add(outcome(lambda: held.append(os.open(f"{thread}/{name}", os.O_RDONLY))))
for fd in held:
    outcomes.add(outcome(lambda: read(fd)))
for name in ("threads", "fds"):
    outcomes.add(outcome(lambda: os.listdir(f"{tree}/processes/{pid}/{name}")))
print("meanwhile", *sorted(outcomes))
for fd in held:
    os.close(fd)
fd = os.open(f"{thread}/stat", os.O_RDONLY)
print("after", outcome(lambda: read(fd)))
