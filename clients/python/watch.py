#!/usr/bin/env python3
"""Prints how many processes there are, waits for one event, and prints what it is about.

usage: watch.py MOUNTPOINT NAME     watch.py /mnt/kernel processes/each/notify/rss/above/8G
"""

import sys

from kifs_client import Tree


def main(mountpoint, name):
    tree = Tree(mountpoint)
    with tree.table("tags=process") as table:
        print(f"processes: {len(table.update().records['PROCESS'])}", flush=True)
        event = next(tree.events(name, reconnect=True), None)
        if event is None:
            sys.exit(f"watch.py: {name} has vanished")
        print(f"{event['entity']}: {event['metric']} is {event['value']} {event['unit']}")
        process = table.update().records["PROCESS"].get((int(event["pid"]),))
        if process:
            print(f"{process.comm} has {process.threads} threads")


if __name__ == "__main__":
    main(*sys.argv[1:])
