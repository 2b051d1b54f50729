"""Decodes every record and field of a bulk by schema/records.json alone.

usage: decode.py MOUNTPOINT PID
"""
import json, os, re, struct, sys

LETTERS = dict(u8="B", u16="H", u32="I", u64="Q", s32="i", s64="q", f64="d")
K, PID = sys.argv[1], int(sys.argv[2])

with open(K + "/schema/records.json") as file:
    schema = json.load(file)
types = {record["tag"]: record for record in schema["records"]}
bulk = open(K + "/bulk?tags=system,cpu,process,thread,command,limits,total,fd,shm,shm_user", "rb").read()


def fields(at, record):
    size = struct.unpack_from("<I", bulk, at + 4)[0]
    absent = struct.unpack_from("<Q", bulk, at + 16)[0] if record["name"] not in ("SNAPSHOT", "TEXT") else 0
    values = {}
    for field in record["fields"]:
        kind, count = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", field["type"]).groups()
        form = f"<{count}s" if kind == "char" else "<" + (count or "") + LETTERS[kind]
        assert field["offset"] + struct.calcsize(form) <= size, (record["name"], field["name"])
        value = struct.unpack_from(form, bulk, at + field["offset"])
        values[field["name"]] = None if absent >> field["number"] & 1 else value[0] if len(value) == 1 else value
        if absent >> field["number"] & 1:
            assert not any(value[0]) if kind == "char" else not any(value), (record["name"], field["name"])
    return values


at, records, by_name, order = 0, 0, {}, []
while at < len(bulk):
    tag, flags, size = struct.unpack_from("<HHI", bulk, at)
    assert tag in types, tag
    record = types[tag]
    assert size % 8 == 0 and size >= record["size"], (record["name"], size)
    by_name.setdefault(record["name"], []).append(fields(at, record))
    order.append(tag)
    at += size
    records += 1
assert at == len(bulk)
snapshot = by_name["SNAPSHOT"][0]
assert order[0] == 1 and snapshot["magic"] == b"KIFSBULK" and snapshot["bytes"] == len(bulk)
assert snapshot["records"] == records, (snapshot["records"], records)
for name in ("SYSTEM", "CPU", "PROCESS", "THREAD", "COMMAND", "LIMITS", "TOTAL"):
    assert by_name[name], name
pids = [p["pid"] for p in by_name["PROCESS"]]
assert pids == sorted(set(pids)) and PID in pids
threads = [(t["pid"], t["tid"]) for t in by_name["THREAD"]]
assert threads == sorted(set(threads))
mine = next(p for p in by_name["PROCESS"] if p["pid"] == PID)
assert mine["comm"].rstrip(b"\0") == b"load" and mine["rss_bytes"] > 0
command = next(c for c in by_name["COMMAND"] if c["pid"] == PID)
line = bulk[command["command_line_offset"]:][:command["command_line_length"]]
assert line == open(f"/proc/{PID}/cmdline", "rb").read(), line
exe = bulk[command["executable_offset"]:][:command["executable_length"]]
assert os.fsdecode(exe) == os.readlink(f"/proc/{PID}/exe"), exe
own = {f["fd"]: bulk[f["path_offset"]:][:f["path_length"]] for f in by_name["FD"] if f["pid"] == PID}
assert own == {int(fd): os.fsencode(os.readlink(f"/proc/{PID}/fd/{fd}")) for fd in os.listdir(f"/proc/{PID}/fd")}
ids = [s["id"] for s in by_name.get("SHM", [])]
assert ids == sorted(set(ids)) and {u["id"] for u in by_name.get("SHM_USER", [])} <= set(ids)
total = by_name["TOTAL"][0]
present = {name: sum(value is not None for value in values[0].values()) for name, values in by_name.items()}
print("decoded", records, "records; fields present of the first of each kind:", present)
