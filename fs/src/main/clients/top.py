#!/usr/bin/env python3
"""The ten processes with the most resident memory, once a second: how a Python program keeps a
table up to date from changed bulks.

usage: top.py [BULK [SCHEMA [ROUNDS]]]

BULK is /mnt/kernel/bulk?changed by default, and SCHEMA the directory schema beside it. Any other
bulk will do: a whole one replaces the table. There is one round by default; 0: rounds without end.
"""

import itertools
import os
import signal
import sys
import time


def print_top(processes, commands, printable):
    top = sorted(processes.values(), key=lambda process: (-(process.rss_bytes or 0), process.pid))
    print(f"{'pid':>7} {'rss':>14} {'threads':>7} {'comm':16} command")
    for process in top[:10]:
        rss = "-" if process.rss_bytes is None else process.rss_bytes
        command = commands.get((process.pid,))
        line = command and command.command_line or ""
        words = " ".join(map(printable, line.removesuffix("\0").split("\0")))
        comm = printable(process.comm)
        print(f"{process.pid:7} {rss:>14} {process.threads or 0:7} {comm:16} {words}")
    sys.stdout.flush()


def main(path="/mnt/kernel/bulk?changed", schema=None, rounds="1"):
    fd = os.open(path, os.O_RDONLY)  # first, because it says when nothing is mounted there
    sys.path.insert(0, schema or os.path.join(os.path.dirname(path), "schema"))
    import kifs

    table = kifs.Table()
    for number in itertools.count(1):
        table.apply(kifs.read(fd))
        print_top(table.records["PROCESS"], table.records["COMMAND"], kifs.printable)
        if number == int(rounds):
            break
        time.sleep(1)


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `top.py | head` ends quietly, as any filter
    try:
        main(*sys.argv[1:])
    except (ImportError, OSError, ValueError) as error:
        sys.exit(f"top.py: {error}")
