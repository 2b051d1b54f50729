"""Waits for the exits of 200 processes at once, then kills them; prints errors and counts.

usage: many_exits.py MOUNTPOINT

Meanwhile it reads other files. Each must answer or say EMFILE.
"""

import errno
import os
import select
import subprocess
import sys
import time

COUNT = 200
OTHERS = ["bulk", "hogs/shm", "hogs/fds", "bulk?tags=fd", "processes/self/stat"]


def main(mountpoint):
    processes = [subprocess.Popen(["sleep", "1000"]) for _ in range(COUNT)]
    poll = select.epoll()
    waiting = {}
    try:
        for process in processes:
            name = f"{mountpoint}/processes/{process.pid}/notify/exit/occurs/any"
            try:
                fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
                waiting[fd] = process.pid
                poll.register(fd, select.EPOLLIN)
            except OSError as error:
                print("open:", errno.errorcode[error.errno])
        print("opened", len(waiting))
        for name in OTHERS:
            try:
                with open(f"{mountpoint}/{name}", "rb") as file:
                    file.read()
            except OSError as error:
                if error.errno != errno.EMFILE:
                    print(f"{name}:", errno.errorcode[error.errno])
    finally:
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()
    told = 0
    end = time.monotonic() + 20
    while waiting and time.monotonic() < end:
        for fd, _ in poll.poll(0.2):
            line = os.read(fd, 4096).decode()
            poll.unregister(fd)
            told += f" pid={waiting.pop(fd)} " in line and " status=9 signal=9\n" in line
    print("told", told)


main(*sys.argv[1:])
