"""Reads the exits of a burst of processes, and prints what was reported and lost.

usage: burst.py MOUNTPOINT DAEMON PROGRAM COUNT run|stop

`stop` stops the daemon until the program has ended. The last line is
`ours=N told=N lost=N seq=N`; ours are the events with the program's exit status, 3.
"""

import os
import select
import signal
import subprocess
import sys
import time

QUIET_S = 3


def main(mountpoint, daemon, program, count, mode):
    name = mountpoint + "/processes/each/notify/exit/occurs/any"
    fd = os.open(name, os.O_RDONLY | os.O_NONBLOCK)
    poll = select.epoll()
    poll.register(fd, select.EPOLLIN)
    time.sleep(0.5)  # until the first scan of all processes
    if mode == "stop":
        os.kill(int(daemon), signal.SIGSTOP)
    burst = subprocess.Popen([program, count])
    if mode == "stop":
        burst.wait()
        os.kill(int(daemon), signal.SIGCONT)
    ours = told = lost = seq = 0
    end = None
    while end is None or time.monotonic() < end:
        if end is None and burst.poll() is not None:
            end = time.monotonic() + QUIET_S
        for _ in poll.poll(0.2):
            for line in os.read(fd, 65536).decode().splitlines():
                event = dict(word.split("=", 1) for word in line.split(" ") if "=" in word)
                told += 1
                lost += int(event["lost"])
                seq = int(event["seq"])
                if event.get("status") == "768":
                    ours += 1
                    end = end and time.monotonic() + QUIET_S
    print(f"ours={ours} told={told} lost={lost} seq={seq}")


main(*sys.argv[1:])
