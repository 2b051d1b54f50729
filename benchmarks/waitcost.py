#!/usr/bin/env python3
"""Measures the cost of a daemon with or without waiters.

usage: waitcost.py PID SECONDS [NAME...]

Opens the names (in notify/) without blocking, lets the daemon take its first sample, and then
measures.
Prints a line of key=value: the share of one CPU that the daemon used.
"""

import os
import sys
import time

SETTLE_S = 3


def main(pid, seconds, names):
    clock = (~pid << 3) | 2  # clock_getcpuclockid(3): the CPU time of all its threads
    opened = [os.open(name, os.O_RDONLY | os.O_NONBLOCK) for name in names]
    time.sleep(SETTLE_S)
    wall, cpu = time.monotonic(), time.clock_gettime(clock)
    time.sleep(seconds)
    wall, cpu = time.monotonic() - wall, time.clock_gettime(clock) - cpu
    print(
        f"percent={100 * cpu / wall:.3f} cpu_ms={1000 * cpu:.3f} wall_ms={1000 * wall:.0f}"
        f" open={len(opened)}"
    )


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), float(sys.argv[2]), sys.argv[3:])
    except (OSError, ValueError, IndexError) as error:
        sys.exit(f"waitcost.py: {error}")
