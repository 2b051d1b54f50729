#!/usr/bin/env python3
"""The ten processes with the most resident memory: how a Python program reads a bulk.

usage: top.py [BULK [RECORDS.JSON]]    default: /mnt/kernel/bulk, and schema/records.json beside it
"""

import json
import os
import re
import signal
import struct
import sys

LETTERS = dict(u8="B", u16="H", u32="I", u64="Q", s32="i", s64="q", f64="d")


def value(bulk, at, field):
    """One field of the record at an offset; None if its absent bit is set."""
    if struct.unpack_from("<Q", bulk, at + 16)[0] >> field["number"] & 1:
        return None
    kind, count = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", field["type"]).groups()
    form = f"<{count}s" if kind == "char" else "<" + (count or "") + LETTERS[kind]
    return struct.unpack_from(form, bulk, at + field["offset"])[0]


def records(bulk, schema, name, *fields):
    """The given fields of each record of a type, found through the directory of sections."""
    types = {record["name"]: record for record in schema["records"]}
    by_name = {field["name"]: field for field in types[name]["fields"]}
    for entry in range(struct.unpack_from("<H", bulk, 22)[0]):
        tag, _, _, count, at = struct.unpack_from(
            "<HHIQQ", bulk, types["SNAPSHOT"]["size"] + 24 * entry
        )
        for _ in range(count if tag == types[name]["tag"] else 0):
            yield [value(bulk, at, by_name[field]) for field in fields]
            at += struct.unpack_from("<I", bulk, at + 4)[0]  # records may grow: never assume a size


def printable(text):
    return "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\x{b:02x}" for b in text)


def main(path="/mnt/kernel/bulk", schema=None):
    with open(schema or os.path.join(os.path.dirname(path), "schema/records.json")) as file:
        schema = json.load(file)
    with open(path, "rb") as file:
        bulk = file.read()
    if (
        bulk[8:16] != b"KIFSBULK"
        or struct.unpack_from("<H", bulk, 16)[0] != schema["format"]["major"]
    ):
        sys.exit(f"top.py: {path}: not a bulk of this format")
    commands = {
        pid: bulk[at : at + length].removesuffix(b"\0")
        for pid, at, length in records(
            bulk, schema, "COMMAND", "pid", "command_line_offset", "command_line_length"
        )
        if at
    }
    processes = records(bulk, schema, "PROCESS", "pid", "rss_bytes", "threads", "comm")
    print(f"{'pid':>7} {'rss':>14} {'threads':>7} {'comm':16} command")
    for pid, rss, threads, comm in sorted(processes, key=lambda p: -(p[1] or 0))[:10]:
        command = " ".join(map(printable, commands.get(pid, b"").split(b"\0")))
        rss = "-" if rss is None else rss
        print(f"{pid:7} {rss:>14} {threads or 0:7} {printable(comm.rstrip(bytes(1))):16} {command}")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # `top.py | head` ends quietly, as any filter
    try:
        main(*sys.argv[1:])
    except (OSError, ValueError, OverflowError, struct.error) as error:
        sys.exit(f"top.py: {error}")
