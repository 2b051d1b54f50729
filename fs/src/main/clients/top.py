#!/usr/bin/env python3
"""The ten processes with the most resident memory: how a Python program reads a bulk.

usage: top.py [BULK [SCHEMA]]    default: /mnt/kernel/bulk, and the directory schema beside it
"""

import os
import signal
import sys


def main(path="/mnt/kernel/bulk", schema=None):
    sys.path.insert(0, schema or os.path.join(os.path.dirname(path), "schema"))
    import kifs

    bulk = kifs.read(path)
    commands = {command.pid: command.command_line for command in bulk.records("COMMAND")}
    top = sorted(bulk.records("PROCESS"), key=lambda process: -(process.rss_bytes or 0))[:10]
    print(f"{'pid':>7} {'rss':>14} {'threads':>7} {'comm':16} command")
    for process in top:
        rss = "-" if process.rss_bytes is None else process.rss_bytes
        words = (commands.get(process.pid) or "").removesuffix("\0").split("\0")
        command = " ".join(map(kifs.printable, words))
        comm = kifs.printable(process.comm)
        print(f"{process.pid:7} {rss:>14} {process.threads or 0:7} {comm:16} {command}")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `top.py | head` ends quietly, as any filter
    try:
        main(*sys.argv[1:])
    except (ImportError, OSError, ValueError) as error:
        sys.exit(f"top.py: {error}")
