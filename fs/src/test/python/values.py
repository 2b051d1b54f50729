"""Compares the records and attribute files of kifs with /proc and ps, field by field.

usage: values.py MOUNTPOINT PID

/proc is read before and after kifs, and a figure that changed in between isn't compared. The script
compares the bulk's records of every process of the host that is at rest, and the attribute files of
PID's children.
"""

import collections
import os
import subprocess
import sys

import oracle
from kifs_testing import about
from kifs_testing import decode
from kifs_testing import schema

IN_TICKS = ("utime_ns", "stime_ns", "children_utime_ns", "children_stime_ns", "start_ns")
POLICIES = ["other", "fifo", "rr", "batch", "iso", "idle", "deadline", "ext"]

#: Attributes of processes and threads by the field that they show: a plain number, or a time in
#: seconds.
OF_BOTH = {
    "io.read": "read_bytes",
    "io.write": "write_bytes",
    "faults.minor": "minor_faults",
    "faults.major": "major_faults",
    "switches.voluntary": "voluntary_switches",
    "switches.involuntary": "involuntary_switches",
    "priority": "priority",
    "nice": "nice",
    "start": "start_ns",
    "cpu.user": "utime_ns",
    "cpu.system": "stime_ns",
}

#: The same of a process, by the fields of PROCESS.
PLAIN = {
    **OF_BOTH,
    "ppid": "ppid",
    "pgid": "pgid",
    "sid": "sid",
    "uid": "uid",
    "gid": "gid",
    "euid": "euid",
    "egid": "egid",
    "rss": "rss_bytes",
    "rss.anon": "rss_anon_bytes",
    "rss.file": "rss_file_bytes",
    "rss.shmem": "rss_shmem_bytes",
    "rss.peak": "rss_peak_bytes",
    "rss.huge": "rss_huge_bytes",
    "vsize": "vsize_bytes",
    "swap": "swap_bytes",
    "fds.count": "fds",
    "fds.limit": "fd_limit",
    "threads.count": "threads",
    "io.rchar": "rchar_bytes",
    "io.wchar": "wchar_bytes",
    "io.syscr": "syscr",
    "io.syscw": "syscw",
    "oom.score": "oom_score",
    "oom.score.adj": "oom_score_adj",
}

#: The same of a thread, by the fields of THREAD.
OF_THREADS = {
    **OF_BOTH,
    "processor": "processor",
    "rt.priority": "rt_priority",
}

#: Attributes of both that show a field in another way.
SPECIAL = {
    "comm": lambda p: p["comm"].decode(),
    "state": lambda p: chr(p["state"]),
    "policy": lambda p: POLICIES[p["policy"]],
    "switches": lambda p: str(p["voluntary_switches"] + p["involuntary_switches"]),
}

PS_COLUMNS = "pid=,ppid=,uid=,rss=,vsz=,nlwp=,nice=,stat=,cgroup=,comm="
PS_ATTRIBUTES = ("ppid", "uid", "rss", "vsize", "threads.count", "nice", "state", "comm")


def in_its_unit(name, value):
    """Rounds a time to ticks, as /proc does. BPF programs know these times to the nanosecond."""
    if name not in IN_TICKS or value is None:
        return value
    return value - value % oracle.TICK_NS


def figure(field, value):
    """What an attribute is compared with: a time as ns, because BPF knows it more exactly."""
    return value if value is None or field.endswith("_ns") else str(value)


def nanoseconds(seconds):
    whole, _, fraction = seconds.partition(".")
    return int(whole) * 10**9 + int(fraction.ljust(9, "0"))


class Comparison:
    """Counts what was compared so far, and collects what is wrong."""

    def __init__(self, tree, load):
        self.tree, self.load = tree, load
        # Neither this process nor the daemon is at rest while one asks the other.
        self.busy = {os.getpid(), int(about(tree, "pid"))}
        self.wrong = []
        self.compared = collections.Counter()

    def bulk(self):
        """Compares the records of a bulk; returns the ids of the load's processes."""
        before = oracle.everything()
        bulk = oracle.read(self.tree + "/bulk?fields=full")
        after = oracle.everything()
        in_bulk = set()
        for name, record in decode(bulk, schema(self.tree), ("PROCESS", "THREAD", "COMMAND")):
            pid = record["pid"]
            if name == "PROCESS":
                in_bulk.add(pid)
                self.record("processes", pid, before.processes, after.processes, record)
            elif name == "THREAD":
                self.record("threads", record["tid"], before.threads, after.threads, record)
            elif before.commands.get(pid) and before.commands[pid] == after.commands.get(pid):
                self.command(bulk, record, *before.commands[pid])
        for pid in set(before.processes) & set(after.processes) - in_bulk:
            if before.processes[pid]["start_ns"] == after.processes[pid]["start_ns"]:
                self.wrong.append(f"process {pid} is not in the bulk")
        return [pid for pid, found in before.processes.items() if found["ppid"] == self.load]

    def record(self, kind, key, before, after, record):
        first, second = before.get(key), after.get(key)
        if not first or not second or record["pid"] in self.busy:
            return
        if any(first[name] != second[name] for name in oracle.SWITCHES):
            self.compared[kind + " not at rest"] += 1
            return
        self.compared[kind] += 1
        for name, value in first.items():
            self.figure(f"{kind} {key} {name}", name, record, value, second.get(name))

    def figure(self, what, name, record, before, after):
        shown = record[name]
        if before != after:
            self.compared["figures that moved"] += 1
        elif name == "comm" and before.startswith(b"kworker/") and before.startswith(shown):
            self.compared["figures"] += 1  # /proc appends the worker's task
        elif name == "fds" and self.may_have_moved(record) and shown != before:
            self.compared["figures that moved"] += 1
        elif in_its_unit(name, shown) != before:
            self.wrong.append(f"{what}: {shown!r}, /proc: {before!r}")
        else:
            self.compared["figures"] += 1

    def may_have_moved(self, process):
        """Whether another thread may have opened a file. Only the main one is known to rest."""
        return process["threads"] > 1 and process["ppid"] != self.load

    def command(self, bulk, record, line, executable):
        def text(name):
            at, length = record[f"{name}_offset"] or 0, record[f"{name}_length"] or 0
            return bulk[at : at + length]

        self.compared["commands"] += 1
        shown = text("command_line"), text("executable")
        if shown != (line, executable or b""):
            expected = f"/proc: {line!r} {executable!r}"
            self.wrong.append(f"command {record['pid']}: {shown[0]!r} {shown[1]!r}, {expected}")

    def attribute(self, pid, name, tid=None):
        thread = f"threads/{tid}/" if tid else ""
        text = oracle.read(f"{self.tree}/processes/{pid}/{thread}{name}")
        return None if text is None else text[:-1].decode()

    def process_files(self, pid, with_threads):
        self.files(pid, oracle.process, PLAIN)
        line, executable = oracle.command(pid)
        self.attribute_is(pid, "cmdline", line.rstrip(b"\0").replace(b"\0", b" ").decode())
        self.attribute_is(pid, "exe", os.fsdecode(executable))
        self.attribute_is(pid, "children", "0")
        cgroups = oracle.read(f"/proc/{pid}/cgroup").decode().splitlines()
        cgroup = self.attribute(pid, "cgroup")
        if cgroup not in {entry.split(":", 2)[2] for entry in cgroups}:
            self.wrong.append(f"processes/{pid}/cgroup: {cgroup!r}, /proc: {cgroups}")
        tids = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
        names = os.listdir(f"{self.tree}/processes/{pid}/threads")
        shown = sorted(int(name) for name in names if name.isdigit())
        if tids != shown:
            self.wrong.append(f"threads of {pid}: {shown}, /proc: {tids}")
        for tid in tids if with_threads else ():
            self.files(pid, lambda pid: oracle.thread(pid, tid), OF_THREADS, tid)

    def files(self, pid, look_up, plain, tid=None):
        """Compares attribute files with what look_up(pid) finds in /proc."""
        self.compared["directories of threads" if tid else "directories of processes"] += 1
        found = look_up(pid)
        expected = {name: figure(field, found.get(field)) for name, field in plain.items()}
        expected.update({name: show(found) for name, show in SPECIAL.items()})
        for name, value in expected.items():
            shown = self.attribute(pid, name, tid)
            if isinstance(value, int):
                shown = nanoseconds(shown)
                shown -= shown % oracle.TICK_NS
            if shown == value:
                self.compared["figures"] += 1
            elif look_up(pid) != found:
                self.compared["figures that moved"] += 1
            else:
                self.wrong.append(
                    f"processes/{pid}/{tid or ''}/{name}: {shown!r}, /proc: {value!r}"
                )

    def attribute_is(self, pid, name, value):
        shown = self.attribute(pid, name)
        if shown != value:
            self.wrong.append(f"processes/{pid}/{name}: {shown!r}, /proc: {value!r}")

    def ps(self):
        """Compares the attribute files with ps, which reads /proc in its own way."""
        ps = subprocess.run(
            ["ps", "-o", PS_COLUMNS, "--ppid", str(self.load)],
            capture_output=True,
            text=True,
            check=True,
        )
        for line in ps.stdout.splitlines():
            pid, ppid, uid, rss, vsz, nlwp, nice, state, _, comm = line.split()
            shown = [self.attribute(pid, name) for name in PS_ATTRIBUTES]
            rss, vsz = str(int(rss) * 1024), str(int(vsz) * 1024)
            if shown != [ppid, uid, rss, vsz, nlwp, nice, state[0], comm]:
                self.wrong.append(f"{pid}: {shown}, ps: {line}")
            self.compared["lines of ps"] += 1

    def summary(self):
        first = ["processes", "threads"]
        order = first + [kind for kind in self.compared if kind not in first]
        return ", ".join(f"{self.compared[kind]} {kind}" for kind in order)


def main(tree, load):
    comparison = Comparison(tree, load)
    children = comparison.bulk()
    for index, pid in enumerate(children):
        # The files of all threads would take minutes; the bulk has their records too.
        comparison.process_files(pid, with_threads=index % 10 == 0)
    comparison.attribute_is(load, "children", str(len(children)))
    comparison.ps()
    print("compared", comparison.summary())
    for line in comparison.wrong[:40]:
        print(line, file=sys.stderr)
    return 1 if comparison.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
