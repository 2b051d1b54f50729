"""Compares what kifs says with /proc and ps, field by field.

usage: values.py MOUNTPOINT PID

/proc is read before and after; what changed in between isn't compared. Of every process at rest on
the host the bulk's records are, of PID's children the attribute files too.
"""
import collections, json, os, re, resource, struct, subprocess, sys

K, LOAD = sys.argv[1], int(sys.argv[2])
LETTERS = dict(u8="B", u16="H", u32="I", u64="Q", s32="i", s64="q", f64="d")
PAGE = os.sysconf("SC_PAGE_SIZE")
TICK_NS = 10**9 // os.sysconf("SC_CLK_TCK")
POLICIES = ["other", "fifo", "rr", "batch", "iso", "idle", "deadline", "ext"]


def read(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError:
        return None


def readlink(path):
    try:
        return os.readlink(os.fsencode(path))
    except OSError:
        return None


def stat(path):
    """Fields of stat by their number in proc(5), but for the name."""
    line = read(path + "/stat")
    comm, _, rest = line.partition(b"(")[2].rpartition(b") ")
    return comm, [None, None, None] + rest.split()


def lines(path):
    text = read(path) or b""
    return dict(line.split(b":", 1) for line in text.splitlines() if b":" in line)


def kib(status, key):
    # Kernel threads and zombies have no memory of their own.
    return int(status[key].split()[0]) * 1024 if key in status else 0


def common(path):
    comm, s = stat(path)
    number = lambda n: int(s[n])
    status = lines(path + "/status")
    io = lines(path + "/io")
    figures = dict(
        comm=comm[:15],  # workers of the kernel have longer ones; a record has room for any other's
        state=ord(s[3]), policy=number(41), priority=number(18), nice=number(19),
        utime_ns=number(14) * TICK_NS, stime_ns=number(15) * TICK_NS, minor_faults=number(10),
        major_faults=number(12), start_ns=number(22) * TICK_NS,
        voluntary_switches=int(status[b"voluntary_ctxt_switches"]),
        involuntary_switches=int(status[b"nonvoluntary_ctxt_switches"]))
    for key, field in (("rchar", "rchar_bytes"), ("wchar", "wchar_bytes"), ("syscr", "syscr"),
                       ("syscw", "syscw"), ("read_bytes", "read_bytes"), ("write_bytes", "write_bytes"),
                       ("cancelled_write_bytes", "cancelled_write_bytes")):
        figures[field] = int(io[key.encode()]) if io else None
    schedstat = (read(path + "/schedstat") or b"").split()
    if schedstat:
        figures["run_delay_ns"] = int(schedstat[1])
    return figures, number, status, schedstat


def process(pid):
    path = f"/proc/{pid}"
    try:
        figures, number, status, _ = common(path)
        statm = read(path + "/statm").split()
        uids, gids = status[b"Uid"].split(), status[b"Gid"].split()
        figures.update(
            pid=pid, ppid=number(4), pgid=number(5), sid=number(6), uid=int(uids[0]), euid=int(uids[1]),
            gid=int(gids[0]), egid=int(gids[1]), threads=number(20), task_flags=number(9),
            children_utime_ns=number(16) * TICK_NS, children_stime_ns=number(17) * TICK_NS,
            children_minor_faults=number(11), children_major_faults=number(13),
            vsize_bytes=int(statm[0]) * PAGE, rss_bytes=int(statm[1]) * PAGE,
            rss_anon_bytes=kib(status, b"RssAnon"), rss_file_bytes=kib(status, b"RssFile"),
            rss_shmem_bytes=kib(status, b"RssShmem"), rss_peak_bytes=kib(status, b"VmHWM"),
            swap_bytes=kib(status, b"VmSwap"), oom_score=int(read(path + "/oom_score")),
            oom_score_adj=int(read(path + "/oom_score_adj")), fds=len(os.listdir(path + "/fd")),
            fd_limit=resource.prlimit(pid, resource.RLIMIT_NOFILE)[0])
        return figures
    except (OSError, AttributeError, KeyError, ValueError, TypeError):
        return None


def thread(pid, tid):
    path = f"/proc/{pid}/task/{tid}"
    try:
        figures, number, _, schedstat = common(path)
        figures.update(pid=pid, tid=tid, processor=number(39), rt_priority=number(40))
        wchan = read(path + "/wchan")
        if wchan != b"0":  # it runs, or we may not know
            figures["wait_channel"] = wchan[:32]
        if schedstat:
            figures["runtime_ns"] = int(schedstat[0])
        return figures
    except (OSError, AttributeError, KeyError, ValueError, TypeError):
        return None


def command(pid):
    return read(f"/proc/{pid}/cmdline"), readlink(f"/proc/{pid}/exe")


def everything():
    processes, threads, commands = {}, {}, {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        pid = int(name)
        found = process(pid)
        if found:
            processes[pid] = found
            commands[pid] = command(pid)
        try:
            tids = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for tid in map(int, tids):
            found = thread(pid, tid)
            if found:
                threads[tid] = found
    return processes, threads, commands


with open(K + "/schema/records.json") as file:
    types = {record["tag"]: record for record in json.load(file)["records"]}


def decode(bulk):
    """Records by kind, None for what is absent; with the offset of each."""
    at, records = 0, collections.defaultdict(list)
    while at < len(bulk):
        tag, _, size = struct.unpack_from("<HHI", bulk, at)
        record = types[tag]
        if record["name"] in ("PROCESS", "THREAD", "COMMAND"):
            absent, values = struct.unpack_from("<Q", bulk, at + 16)[0], {}
            for field in record["fields"]:
                kind, count = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", field["type"]).groups()
                form = f"<{count}s" if kind == "char" else "<" + LETTERS[kind]
                value = struct.unpack_from(form, bulk, at + field["offset"])[0]
                values[field["name"]] = None if absent >> field["number"] & 1 else \
                    value.rstrip(b"\0") if kind == "char" else value
            records[record["name"]].append(values)
        at += size
    return records


# Neither this process nor the daemon is at rest while one asks the other.
BUSY = {os.getpid(), int(re.search(rb"\npid=(\d+)", read(K + "/about"))[1])}

wrong, compared = [], collections.Counter()
before = everything()
bulk = read(K + "/bulk?fields=full")
after = everything()
records = decode(bulk)


IN_TICKS = ("utime_ns", "stime_ns", "children_utime_ns", "children_stime_ns", "start_ns")


def in_its_unit(name, told):
    """As /proc would tell it: BPF programs know these times to the nanosecond."""
    return told - told % TICK_NS if name in IN_TICKS and told is not None else told


def compare(kind, key, oracle_before, oracle_after, record):
    if not oracle_before or not oracle_after or record["pid"] in BUSY:
        return
    if any(oracle_before[name] != oracle_after[name] for name in ("voluntary_switches", "involuntary_switches")):
        compared[kind + " not at rest"] += 1
        return
    compared[kind] += 1
    for name, value in oracle_before.items():
        if oracle_after.get(name) != value:
            compared["figures that moved"] += 1
        elif name == "comm" and value.startswith(b"kworker/") and value.startswith(record[name]):
            compared["figures"] += 1  # /proc adds what a worker works on
        elif name == "fds" and record["threads"] > 1 and record[name] != value and record["ppid"] != LOAD:
            compared["figures that moved"] += 1  # only the first thread is known to have been at rest
        elif in_its_unit(name, record[name]) != value:
            wrong.append(f"{kind} {key} {name}: {record[name]!r}, /proc: {value!r}")
        else:
            compared["figures"] += 1


for record in records["PROCESS"]:
    compare("processes", record["pid"], before[0].get(record["pid"]), after[0].get(record["pid"]), record)
for record in records["THREAD"]:
    compare("threads", record["tid"], before[1].get(record["tid"]), after[1].get(record["tid"]), record)
for record in records["COMMAND"]:
    pid = record["pid"]
    if before[2].get(pid) is None or before[2][pid] != after[2].get(pid):
        continue
    line, exe = before[2][pid]
    told = bulk[record["command_line_offset"] or 0:][:record["command_line_length"] or 0]
    path = bulk[record["executable_offset"] or 0:][:record["executable_length"] or 0]
    compared["commands"] += 1
    if told != line or path != (exe or b""):
        wrong.append(f"command {pid}: {told!r} {path!r}, /proc: {line!r} {exe!r}")
for pid in set(before[0]) & set(after[0]) - {record["pid"] for record in records["PROCESS"]}:
    if before[0][pid]["start_ns"] == after[0][pid]["start_ns"]:
        wrong.append(f"process {pid} is not in the bulk")

# The attribute files of the load.
children = [pid for pid, p in before[0].items() if p["ppid"] == LOAD]


def attribute(pid, name, tid=None):
    text = read(f"{K}/processes/{pid}/" + (f"threads/{tid}/" if tid else "") + name)
    return None if text is None else text[:-1].decode()


def seconds(text):
    whole, _, fraction = text.partition(".")
    return int(whole) * 10**9 + int(fraction.ljust(9, "0"))


PLAIN = {"ppid": "ppid", "pgid": "pgid", "sid": "sid", "uid": "uid", "gid": "gid", "euid": "euid",
         "egid": "egid", "rss": "rss_bytes", "rss.anon": "rss_anon_bytes", "rss.file": "rss_file_bytes",
         "rss.shmem": "rss_shmem_bytes", "rss.peak": "rss_peak_bytes", "vsize": "vsize_bytes",
         "swap": "swap_bytes", "fds.count": "fds", "fds.limit": "fd_limit", "threads.count": "threads",
         "io.read": "read_bytes", "io.write": "write_bytes", "io.rchar": "rchar_bytes",
         "io.wchar": "wchar_bytes", "io.syscr": "syscr", "io.syscw": "syscw",
         "faults.minor": "minor_faults", "faults.major": "major_faults",
         "switches.voluntary": "voluntary_switches", "switches.involuntary": "involuntary_switches",
         "priority": "priority", "nice": "nice", "oom.score": "oom_score", "oom.score.adj": "oom_score_adj"}
OF_THREADS = {name: field for name, field in PLAIN.items() if name.partition(".")[0] in
              ("io", "faults", "switches", "priority", "nice") and name not in (
              "io.rchar", "io.wchar", "io.syscr", "io.syscw")} | {"processor": "processor",
              "rt.priority": "rt_priority"}
SPECIAL = {"comm": lambda p: p["comm"].decode(), "state": lambda p: chr(p["state"]),
           "policy": lambda p: POLICIES[p["policy"]], "start": lambda p: p["start_ns"],
           "cpu.user": lambda p: p["utime_ns"], "cpu.system": lambda p: p["stime_ns"],
           "switches": lambda p: str(p["voluntary_switches"] + p["involuntary_switches"])}


def compare_files(pid, oracle, plain, tid=None):
    compared["directories of threads" if tid else "directories of processes"] += 1
    expected = {name: None if oracle.get(field) is None else str(oracle[field]) for name, field in plain.items()}
    expected.update({name: make(oracle) for name, make in SPECIAL.items()})
    for name, value in expected.items():
        told = attribute(pid, name, tid)
        if isinstance(value, int):
            told = seconds(told)
            told -= told % TICK_NS
        if told != value:
            now = thread(pid, tid) if tid else process(pid)
            if now == oracle:
                wrong.append(f"processes/{pid}/{tid or ''}/{name}: {told!r}, /proc: {value!r}")
            else:
                compared["figures that moved"] += 1
        else:
            compared["figures"] += 1


for index, pid in enumerate(children):
    compare_files(pid, process(pid), PLAIN)
    line, exe = command(pid)
    cgroups = [entry.split(":", 2) for entry in read(f"/proc/{pid}/cgroup").decode().splitlines()]
    more = {"cmdline": line.rstrip(b"\0").replace(b"\0", b" ").decode(), "exe": os.fsdecode(exe), "children": "0"}
    for name, value in more.items():
        if attribute(pid, name) != value:
            wrong.append(f"processes/{pid}/{name}: {attribute(pid, name)!r}, /proc: {value!r}")
    if attribute(pid, "cgroup") not in {path for _, _, path in cgroups}:
        wrong.append(f"processes/{pid}/cgroup: {attribute(pid, 'cgroup')!r}, /proc: {cgroups}")
    tids = sorted(map(int, os.listdir(f"/proc/{pid}/task")))
    told = sorted(int(name) for name in os.listdir(f"{K}/processes/{pid}/threads") if name.isdigit())
    if tids != told:
        wrong.append(f"threads of {pid}: {told}, /proc: {tids}")
    # The files of all threads would take minutes; their records were compared above.
    for tid in tids if index % 10 == 0 else ():
        compare_files(pid, thread(pid, tid), OF_THREADS, tid)
if int(attribute(LOAD, "children")) != len(children):
    wrong.append(f"children of {LOAD}: {attribute(LOAD, 'children')}, /proc: {len(children)}")

# ps, which reads /proc in its own way.
ps = subprocess.run(["ps", "-o", "pid=,ppid=,uid=,rss=,vsz=,nlwp=,nice=,stat=,cgroup=,comm=", "--ppid", str(LOAD)],
                    capture_output=True, text=True, check=True).stdout
for line in ps.splitlines():
    pid, ppid, uid, rss, vsz, nlwp, nice, state, _, comm = line.split()
    told = [attribute(pid, name) for name in ("ppid", "uid", "rss", "vsize", "threads.count", "nice", "state", "comm")]
    if told != [ppid, uid, str(int(rss) * 1024), str(int(vsz) * 1024), nlwp, nice, state[0], comm]:
        wrong.append(f"{pid}: {told}, ps: {line}")
    compared["lines of ps"] += 1

order = ["processes", "threads"] + [kind for kind in compared if kind not in ("processes", "threads")]
print("compared", ", ".join(f"{compared[kind]} {kind}" for kind in order))
for line in wrong[:40]:
    print(line, file=sys.stderr)
sys.exit(1 if wrong else 0)
