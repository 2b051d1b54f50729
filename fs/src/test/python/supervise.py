"""Runs a command as a supervisor that speaks sd_notify(3) does, and prints what it reports.

usage: supervise.py SOCKET STEP[,STEP...] COMMAND [ARGUMENT...]

SOCKET is a path, or an abstract name after @. Each STEP waits for a datagram that begins with a
word (READY, WATCHDOG ...); a step SIGHUP or SIGTERM sends that signal to the process. Prints one
line for each datagram, and at last the exit status.
"""

import os
import signal
import socket
import subprocess
import sys

name, steps = sys.argv[1], sys.argv[2].split(",")
receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
receiver.bind("\0" + name[1:] if name.startswith("@") else name)
receiver.settimeout(60)
environment = dict(os.environ, NOTIFY_SOCKET=name, WATCHDOG_USEC="400000")
daemon = subprocess.Popen(sys.argv[3:], env=environment, stdout=subprocess.DEVNULL)
try:
    for step in steps:
        if step.startswith("SIG"):
            daemon.send_signal(getattr(signal, step))
            continue
        while True:
            line = receiver.recv(4096).decode().replace("\n", " ")
            print(line)
            if line.startswith(step):
                break
    print("status", daemon.wait(60))
finally:
    daemon.kill()
