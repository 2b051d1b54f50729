"""Reads processes and threads from /proc. Figures are named as the fields of kifs's records."""

import os
import resource

PAGE = os.sysconf("SC_PAGE_SIZE")
TICK_NS = 10**9 // os.sysconf("SC_CLK_TCK")
SWITCHES = ("voluntary_switches", "involuntary_switches")

#: Lines of `io` by the field that has their value.
IO = {
    "rchar": "rchar_bytes",
    "wchar": "wchar_bytes",
    "syscr": "syscr",
    "syscw": "syscw",
    "read_bytes": "read_bytes",
    "write_bytes": "write_bytes",
    "cancelled_write_bytes": "cancelled_write_bytes",
}

#: The errors that follow when a file or a line vanishes while it is read.
GONE = (OSError, AttributeError, KeyError, ValueError, TypeError)


class Everything:
    """Figures of each process and thread, and the command of each process, by id."""

    def __init__(self):
        self.processes, self.threads, self.commands = {}, {}, {}


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
    """Returns the name, and the fields of stat by their number in proc(5)."""
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
    """Returns the figures that processes and threads share, and the parsed files.

    The files are stat (a function from a field's number to its value), status, and schedstat.
    """
    comm, fields = stat(path)

    def number(n):
        return int(fields[n])

    status = lines(path + "/status")
    io = lines(path + "/io")
    figures = dict(
        comm=comm[:15],  # only the kernel's workers have longer names, which a record cuts off
        state=ord(fields[3]),
        policy=number(41),
        priority=number(18),
        nice=number(19),
        utime_ns=number(14) * TICK_NS,
        stime_ns=number(15) * TICK_NS,
        minor_faults=number(10),
        major_faults=number(12),
        start_ns=number(22) * TICK_NS,
        voluntary_switches=int(status[b"voluntary_ctxt_switches"]),
        involuntary_switches=int(status[b"nonvoluntary_ctxt_switches"]),
    )
    for key, field in IO.items():
        figures[field] = int(io[key.encode()]) if io else None
    schedstat = (read(path + "/schedstat") or b"").split()
    if schedstat:
        figures["run_delay_ns"] = int(schedstat[1])
    return figures, number, status, schedstat


def process(pid):
    """Returns the figures of a process; None if it has vanished."""
    path = f"/proc/{pid}"
    try:
        figures, number, status, _ = common(path)
        statm = read(path + "/statm").split()
        uids, gids = status[b"Uid"].split(), status[b"Gid"].split()
        figures.update(
            pid=pid,
            ppid=number(4),
            pgid=number(5),
            sid=number(6),
            uid=int(uids[0]),
            euid=int(uids[1]),
            gid=int(gids[0]),
            egid=int(gids[1]),
            threads=number(20),
            task_flags=number(9),
            children_utime_ns=number(16) * TICK_NS,
            children_stime_ns=number(17) * TICK_NS,
            children_minor_faults=number(11),
            children_major_faults=number(13),
            vsize_bytes=int(statm[0]) * PAGE,
            rss_bytes=int(statm[1]) * PAGE,
            rss_anon_bytes=kib(status, b"RssAnon"),
            rss_file_bytes=kib(status, b"RssFile"),
            rss_shmem_bytes=kib(status, b"RssShmem"),
            rss_peak_bytes=kib(status, b"VmHWM"),
            swap_bytes=kib(status, b"VmSwap"),
            rss_huge_bytes=kib(status, b"HugetlbPages"),
            oom_score=int(read(path + "/oom_score")),
            oom_score_adj=int(read(path + "/oom_score_adj")),
            fds=len(os.listdir(path + "/fd")),
            fd_limit=resource.prlimit(pid, resource.RLIMIT_NOFILE)[0],
        )
        return figures
    except GONE:
        return None


def thread(pid, tid):
    """Returns the figures of a thread; None if it has vanished."""
    path = f"/proc/{pid}/task/{tid}"
    try:
        figures, number, _, schedstat = common(path)
        figures.update(pid=pid, tid=tid, processor=number(39), rt_priority=number(40))
        wchan = read(path + "/wchan")
        if wchan != b"0":  # 0: the thread runs, or its place is not shown
            figures["wait_channel"] = wchan[:32]
        if schedstat:
            figures["runtime_ns"] = int(schedstat[0])
        return figures
    except GONE:
        return None


def command(pid):
    """Returns the command line and the executable; None for one that can't be read."""
    return read(f"/proc/{pid}/cmdline"), readlink(f"/proc/{pid}/exe")


def everything():
    found = Everything()
    for pid in (int(name) for name in os.listdir("/proc") if name.isdigit()):
        figures = process(pid)
        if figures:
            found.processes[pid] = figures
            found.commands[pid] = command(pid)
        try:
            tids = os.listdir(f"/proc/{pid}/task")
        except OSError:
            continue
        for tid in map(int, tids):
            figures = thread(pid, tid)
            if figures:
                found.threads[tid] = figures
    return found
