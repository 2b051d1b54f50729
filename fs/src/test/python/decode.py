"""Decodes every record and field of a bulk by schema/records.json alone.

usage: decode.py MOUNTPOINT PID
"""
import collections
import os
import struct
import sys

from kifs_testing import decode
from kifs_testing import schema

TAGS = "system,cpu,process,thread,command,limits,total,fd,shm,shm_user"


def check_directory(bulk, records, snapshot):
    assert struct.unpack_from("<H", bulk)[0] == 1, "a bulk begins with SNAPSHOT"
    assert snapshot["magic"] == b"KIFSBULK" and snapshot["bytes"] == len(bulk)
    assert snapshot["records"] == records, (snapshot["records"], records)


def check_order(by_name, pid):
    for name in ("SYSTEM", "CPU", "PROCESS", "THREAD", "COMMAND", "LIMITS", "TOTAL"):
        assert by_name[name], name
    pids = [process["pid"] for process in by_name["PROCESS"]]
    assert pids == sorted(set(pids)) and pid in pids
    threads = [(thread["pid"], thread["tid"]) for thread in by_name["THREAD"]]
    assert threads == sorted(set(threads))
    ids = [shm["id"] for shm in by_name["SHM"]]
    assert ids == sorted(set(ids)) and {user["id"] for user in by_name["SHM_USER"]} <= set(ids)


def check_process(bulk, by_name, pid):
    """Compares what the bulk has of the process with its /proc."""

    def text(record, name):
        return bulk[record[f"{name}_offset"] :][: record[f"{name}_length"]]

    process = next(record for record in by_name["PROCESS"] if record["pid"] == pid)
    assert process["comm"] == b"load" and process["rss_bytes"] > 0
    command = next(record for record in by_name["COMMAND"] if record["pid"] == pid)
    line = text(command, "command_line")
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        assert line == file.read(), line
    executable = text(command, "executable")
    assert os.fsdecode(executable) == os.readlink(f"/proc/{pid}/exe"), executable
    fds = {fd["fd"]: text(fd, "path") for fd in by_name["FD"] if fd["pid"] == pid}
    names = os.listdir(f"/proc/{pid}/fd")
    assert fds == {int(fd): os.fsencode(os.readlink(f"/proc/{pid}/fd/{fd}")) for fd in names}


def main(tree, pid):
    with open(f"{tree}/bulk?tags={TAGS}", "rb") as file:
        bulk = file.read()
    by_name = collections.defaultdict(list)
    records = 0
    for name, fields in decode(bulk, schema(tree)):
        by_name[name].append(fields)
        records += 1
    check_directory(bulk, records, by_name["SNAPSHOT"][0])
    check_order(by_name, pid)
    check_process(bulk, by_name, pid)
    present = {
        name: sum(value is not None for value in values[0].values())
        for name, values in by_name.items()
        if values
    }
    print(f"decoded {records} records; fields present of the first of each kind: {present}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
