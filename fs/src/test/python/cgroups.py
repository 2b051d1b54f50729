"""Compares cgroups/ of a mounted kifs with the kernel's own files, in whichever version they are.

usage: cgroups.py MOUNTPOINT [pushed]

Makes cgroups, and removes them. With `pushed` it checks the events alone, of a kifs that is mounted
with a tick of a minute: each of them must have been pushed by the kernel then.
"""
import decimal
import errno
import os
import select
import subprocess
import sys
import time

from kifs_testing import decode
from kifs_testing import schema

NAME = f"kifs-check-{os.getpid()}"
ODD = f"{NAME} a%:(deleted)"
CONTROLLERS = ("cpu", "cpuacct", "memory", "pids", "io", "blkio", "freezer")
UNLIMITED = 2**63 - 2**16
CHECKS = []

# attribute, file of v2 and its key, controller and file of v1 and its key
FIGURES = [
    ("memory", "memory.current", None, "memory", "memory.usage_in_bytes", None),
    ("memory.peak", "memory.peak", None, "memory", "memory.max_usage_in_bytes", None),
    ("memory.limit", "memory.max", None, "memory", "memory.limit_in_bytes", None),
    ("memory.high", "memory.high", None, None, None, None),
    ("memory.anon", "memory.stat", "anon", "memory", "memory.stat", "total_rss"),
    ("memory.file", "memory.stat", "file", "memory", "memory.stat", "total_cache"),
    ("memory.max.events", "memory.events", "max", "memory", "memory.failcnt", None),
    ("oom.kills", "memory.events", "oom_kill", "memory", "memory.oom_control", "oom_kill"),
    ("pids", "pids.current", None, "pids", "pids.current", None),
    ("pids.limit", "pids.max", None, "pids", "pids.max", None),
    ("pids.refused", "pids.events", "max", "pids", "pids.events", "max"),
    ("cpu.throttled.periods", "cpu.stat", "nr_throttled", "cpu", "cpu.stat", "nr_throttled"),
    ("populated", "cgroup.events", "populated", None, None, None),
    ("frozen", "cgroup.events", "frozen", None, None, None),
]

# Files of groups with figures that go on to change for a while after a process has become idle.
MOVING = "memory.current", "memory.stat", "memory.usage_in_bytes", "cpu.stat", "cpuacct.usage"
BUSY_THEN_IDLE = """
import sys, time
sys.stdin.readline()
while time.process_time() < .3: pass
print("ready", flush=True)
sys.stdin.read()
"""


def check(condition, *what):
    assert condition, what
    CHECKS.append(what)


def mounts():
    """The mount points: of v2 under the key None, of v1 under each controller."""
    found = {}
    with open("/proc/self/mountinfo", encoding="ascii") as lines:
        for line in lines:
            before, after = line.split(" - ")
            kind, _, options = after.split()[:3]
            if kind == "cgroup2":
                found.setdefault(None, before.split()[4])
            elif kind == "cgroup":
                for option in options.split(","):
                    found[option] = before.split()[4]
    return found


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def read(path):
    with open(path, encoding="latin1") as file:
        return file.read()


def figure(path, key):
    """A number of a kernel's file, in the form of an attribute; None if there is none."""
    try:
        text = read(path)
    except OSError:
        return None
    if key:
        text = dict(line.split()[:2] for line in text.splitlines()).get(key, "")
    text = text.strip()
    return "unlimited" if text == "max" or text.isdigit() and int(text) > UNLIMITED else text


class Groups:
    """The directories of the cgroups of this check."""

    def __init__(self):
        self.mounts = mounts()
        self.made = []
        self.enable(self.mounts.get(None))

    def enable(self, directory):
        for controller in CONTROLLERS if directory else ():
            try:
                write(directory + "/cgroup.subtree_control", "+" + controller)
            except OSError:
                pass  # v1 has the controller, or this kernel lacks it.

    def make(self, path):
        for key, mount in self.mounts.items():
            if key is None or key in CONTROLLERS:
                try:
                    os.mkdir(mount + path)
                    self.made.append(mount + path)
                except FileExistsError:
                    pass  # two controllers have one mount.

    def file(self, controller, path, name):
        return f"{self.mounts[controller]}{path}/{name}" if controller in self.mounts else ""

    def control(self, path, v2, controller, v1, text):
        """Writes to a file of v2, or to that of v1 if v1 has the controller."""
        names = [(controller, v1), (None, v2)]
        path = next(p for c, n in names if os.path.exists(p := self.file(c, path, n)))
        write(path, text)

    def move(self, path, pid):
        for directory in self.made:
            if directory.endswith(path):
                write(directory + "/cgroup.procs", str(pid))

    def settle(self):
        """Waits until the kernel has charged what the processes of the group have used."""
        files = [directory + "/" + name for directory in self.made for name in MOVING]
        before = None
        for _ in range(60):
            now = [read(file) for file in files if os.path.exists(file)]
            if now == before:
                return
            before = now
            time.sleep(1)
        raise TimeoutError(f"the figures move: {before}")

    def remove(self):
        for directory in sorted(set(self.made), key=len, reverse=True):
            for _ in range(100):
                try:
                    os.rmdir(directory)
                    break
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.1)
        self.made = []


def check_figures(groups, root):
    directory = f"{root}/cgroups/{NAME}"
    stat = dict(line.split("=", 1) for line in read(directory + "/stat").splitlines())
    compared = 0
    for name, v2, v2_key, controller, v1, v1_key in FIGURES:
        expected = None
        if controller in groups.mounts:
            expected = figure(groups.file(controller, "/" + NAME, v1), v1_key)
        if expected is None and None in groups.mounts:
            expected = figure(groups.file(None, "/" + NAME, v2), v2_key)
        listed = name in os.listdir(directory)
        if expected is None or expected == "":
            check(not listed and name not in stat, name, "is there, and the kernel has none")
            continue
        check(listed, name, "isn't listed")
        now = read(f"{directory}/{name}").strip()
        check(now == expected == stat[name], name, now, expected, stat[name])
        compared += 1
    check(compared >= 8, "only", compared, "figures were compared")
    quota = decimal.Decimal(read(directory + "/cpu.quota").strip())
    check(quota == decimal.Decimal("0.05"), "cpu.quota", quota)
    check(float(read(directory + "/cpu.time")) >= 0.05, "cpu.time")


NOBODY = 65534

# limit, text to write, what it reads as, file of v2, controller and file of v1, what v1's file has
LIMITS = [
    ("memory", "500M", "524288000", "memory.max", "memory", "memory.limit_in_bytes", None),
    (
        "memory",
        "max",
        "max",
        "memory.max",
        "memory",
        "memory.limit_in_bytes",
        "9223372036854771712",
    ),
    ("memory.high", "400M", "419430400", "memory.high", None, None, None),
    ("pids", "77", "77", "pids.max", "pids", "pids.max", None),
    ("pids", "max", "max", "pids.max", "pids", "pids.max", None),
    ("cpu", "20000 50000", "20000 50000", "cpu.max", "cpu", "cpu.cfs_quota_us", "20000"),
    ("cpu", "max", "max 50000", "cpu.max", "cpu", "cpu.cfs_quota_us", "-1"),
    ("cpu.weight", "250", "250", "cpu.weight", "cpu", "cpu.shares", "2560"),
    ("freeze", "1", "1", "cgroup.freeze", "freezer", "freezer.state", "FROZEN"),
    ("freeze", "0", "0", "cgroup.freeze", "freezer", "freezer.state", "THAWED"),
]

REFUSED = [
    ("memory", "much"),
    ("memory", "1 2"),
    ("pids", "-3"),
    ("pids", ""),
    ("cpu", "10 20"),
    ("cpu.weight", "0"),
    ("freeze", "2"),
    ("processes", "0"),
]


def as_nobody(path, text):
    """Writes a file as an ordinary user. Returns the name of the error, or `done`."""
    code = (
        f"import errno, os; os.setgroups([]); os.setgid({NOBODY}); os.setuid({NOBODY})\n"
        f"try: print(os.write(os.open({path!r}, os.O_WRONLY), {text.encode()!r}) and 'done')\n"
        "except OSError as error: print(errno.errorcode[error.errno])"
    )
    return subprocess.run(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True
    ).stdout.strip()


def error_of(path, text):
    try:
        write(path, text)
        return "done"
    except OSError as error:
        return errno.errorcode[error.errno]


def check_limits(groups, root):
    directory = f"{root}/cgroups/{NAME}/limits"
    listed = os.listdir(directory)
    for name, text, reads, v2, controller, v1, v1_has in LIMITS:
        files = [(groups.file(controller, "/" + NAME, v1), v1_has or reads)] if controller else []
        files.append((groups.file(None, "/" + NAME, v2), reads))
        found = next(((file, has) for file, has in files if os.path.exists(file)), None)
        check((name in listed) == bool(found), name, listed)
        if found:
            write(f"{directory}/{name}", text + "\n")
            check(read(found[0]).strip() == found[1], name, text, read(found[0]))
            check(read(f"{directory}/{name}") == reads + "\n", name, read(f"{directory}/{name}"))
    for name, text in REFUSED:
        before = read(f"{directory}/{name}")
        check(error_of(f"{directory}/{name}", text) in ("EINVAL", "done" if not text else ""), name)
        check(read(f"{directory}/{name}") == before, name, text, "has changed something")
    check_rights(groups, directory)
    with subprocess.Popen(["sleep", "100"]) as sleeper:
        write(directory + "/processes", str(sleeper.pid))
        check(read(directory + "/processes").split() == [str(sleeper.pid)], "processes")
        check(error_of(directory + "/processes", "4194303") == "ESRCH", "no such process")
        if "kill" in listed:
            check(oct(os.stat(directory + "/kill").st_mode)[-3:] == "200", "kill can't be read")
            write(directory + "/kill", "1")
            check(sleeper.wait(timeout=20) == -9, "kill")
        sleeper.kill()


def check_rights(groups, directory):
    """Who may write the kernel's file may change the limit, and nobody else."""
    files = [groups.file("pids", "/" + NAME, "pids.max"), groups.file(None, "/" + NAME, "pids.max")]
    file = next(file for file in files if os.path.exists(file))
    check(as_nobody(directory + "/pids", "50") == "EACCES", "an ordinary user")
    check(read(file) == "max\n", read(file))
    os.chown(file, NOBODY, NOBODY)
    check(os.stat(directory + "/pids").st_uid == NOBODY, "the owner is that of the kernel's file")
    check(as_nobody(directory + "/pids", "50") == "done", "a user who owns the kernel's file")
    check(read(file) == "50\n", read(file))
    os.chown(file, 0, 0)


def check_bulk(root):
    types = schema(root)
    query = f"bulk?tags=cgroup&cgroup=%2F{NAME}"
    for name in ("bulk?tags=cgroup", query, f"cgroups/{NAME}/bulk"):
        with open(f"{root}/{name}", "rb", buffering=0) as file:
            bulk = file.read(1 << 24)
        records = [fields for kind, fields in decode(bulk, types, ("CGROUP",)) if kind == "CGROUP"]
        paths = {bulk[r["path_offset"] :][: r["path_length"]].decode("latin1"): r for r in records}
        inner = paths[f"/{NAME}/inner"]
        check(inner["parent_id"] == paths[f"/{NAME}"]["id"], "parent")
        check(inner["depth"] == 2, "depth")
        if name == "bulk?tags=cgroup":
            check(list(paths)[0] == "/" and f"/{ODD}" in paths, list(paths))
        else:
            check(list(paths) == [f"/{NAME}", f"/{NAME}/inner"], list(paths))


def wait_for(root, name, action):
    """Opens a threshold, acts, and returns the line of the event."""
    fd = os.open(f"{root}/{name}", os.O_RDONLY | os.O_NONBLOCK)
    poll = select.poll()
    poll.register(fd, select.POLLIN)
    check(not poll.poll(300), name, "has an event already")
    action()
    check(poll.poll(20_000), name, "has no event")
    line = os.read(fd, 4096).decode()
    os.close(fd)
    print(line, end="", flush=True)
    return dict(word.split("=", 1) for word in line.split())


def allocate(groups, path):
    """Uses more memory than the group may."""
    command = "import os; open(0).readline(); x = bytearray(64 << 20)"
    with subprocess.Popen([sys.executable, "-c", command], stdin=subprocess.PIPE) as hog:
        groups.move(path, hog.pid)
        hog.communicate(b"\n")


def fork_too_often(groups, path):
    command = "read; for i in 1 2 3 4 5; do sleep 1 & done; wait"
    with subprocess.Popen(
        ["bash", "-c", command], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as bomb:
        groups.move(path, bomb.pid)
        bomb.communicate(b"\n")


def check_events(groups, root):
    inner = f"/{NAME}/inner"
    directory = f"cgroups/{NAME}/groups/inner"
    if os.path.exists(groups.file(None, inner, "pids.events")):
        groups.control(inner, "pids.max", "pids", "pids.max", "3")
        event = wait_for(
            root,
            f"{directory}/notify/pids.refused/changes/any",
            lambda: fork_too_often(groups, inner),
        )
        check(event["entity"] == directory, event)
        groups.control(inner, "pids.max", "pids", "pids.max", "max")
    groups.control(inner, "memory.max", "memory", "memory.limit_in_bytes", "20971520")
    event = wait_for(
        root, f"{directory}/notify/oom.kills/changes/any", lambda: allocate(groups, inner)
    )
    check(int(event["value"]) >= 1, event)
    if os.path.exists(groups.file(None, inner, "memory.events")):
        event = wait_for(
            root, "cgroups/each/notify/oom.kills/changes/any", lambda: allocate(groups, inner)
        )
        check(event["metric"] == "oom.kills", event)
    if os.path.exists(groups.file(None, inner, "cgroup.events")):
        with subprocess.Popen(["sleep", "100"]) as sleeper:
            event = wait_for(
                root,
                f"{directory}/notify/populated/above/0",
                lambda: groups.move(inner, sleeper.pid),
            )
            check(event["value"] == "1", event)
            event = wait_for(root, f"{directory}/notify/populated/below/1", sleeper.kill)
            check(event["value"] == "0", event)


# What the kernel has charged in advance counts for a while, so the memory must stay above.
CHARGE = """
import mmap, sys, time
memory = mmap.mmap(-1, 64 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
memory.madvise(mmap.MADV_NOHUGEPAGE)
at = 0
print("ready", flush=True)
for line in sys.stdin:
    checks = 0
    while checks < 5:
        if int(open(sys.argv[1]).read()) >= int(line):
            checks += 1
            time.sleep(.1)
        else:
            checks = 0
            memory[at] = 1
            at += mmap.PAGESIZE
    print("done", flush=True)
"""


def check_small_excess(groups, root):
    """cgroup v1 alone reports levels of memory, and not those that are exceeded by little."""
    inner = f"/{NAME}/inner"
    usage = groups.file("memory", inner, "memory.usage_in_bytes")
    if not usage or not os.path.exists(usage):
        return
    groups.control(inner, "memory.max", "memory", "memory.limit_in_bytes", "1073741824")
    with subprocess.Popen(
        [sys.executable, "-c", CHARGE, usage],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        process.stdout.readline()
        groups.move(inner, process.pid)

        def charge(target):
            process.stdin.write(f"{target}\n")
            process.stdin.flush()
            process.stdout.readline()

        for excess in (4096, 65536, 262144, 1048576):
            level = int(read(usage)) + (4 << 20)
            event = wait_for(
                root,
                f"cgroups/{NAME}/groups/inner/notify/memory/above/{level}",
                lambda level=level, excess=excess: charge(level + excess),
            )
            check(int(event["value"]) > level, event)
        process.stdin.close()


def check_end(groups, root):
    """Files and waiters of removed groups end, and never show the next group of that name."""
    path = f"{root}/cgroups/{NAME}/groups/inner"
    opened = os.open(path + "/path", os.O_RDONLY)
    limit = os.open(f"{root}/cgroups/{NAME}/limits/pids", os.O_WRONLY)
    waiter = subprocess.Popen(
        ["cat", path + "/notify/cpu.time/above/1h"], stderr=subprocess.PIPE, text=True
    )
    time.sleep(1)
    os.rmdir(next(made for made in groups.made if made.endswith("/inner")))
    groups.remove()
    groups.make("/" + NAME)
    groups.make(f"/{NAME}/inner")
    try:
        text = os.read(opened, 100)
        check(False, "read of a removed group", text)
    except OSError as error:
        check(error.errno == errno.ESRCH, error)
    try:
        os.write(limit, b"5")
        check(False, "a limit of a removed group was written")
    except OSError as error:
        check(error.errno == errno.ESRCH, error)
    check("No such process" in waiter.communicate(timeout=60)[1], "the waiter's error")
    check(read(path + "/path") == f"/{NAME}/inner\n", "the new group")


def check_group(groups, root):
    with subprocess.Popen(
        [sys.executable, "-c", BUSY_THEN_IDLE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as member:
        if None in groups.mounts and "cpu" not in groups.mounts:
            write(groups.file(None, "/" + NAME, "cpu.max"), "50000")
        else:
            write(groups.file("cpu", "/" + NAME, "cpu.cfs_quota_us"), "50000")
        groups.move("/" + NAME, member.pid)
        member.stdin.write(b"\n")
        member.stdin.flush()
        member.stdout.readline()
        groups.settle()
        check_figures(groups, root)
        rows = read(f"{root}/cgroups/{NAME}/processes").splitlines()[1:]
        check([row.split()[0] for row in rows] == [str(member.pid)], rows)
        member.communicate(b"\n")


def make_inner(groups):
    """In v2 only a group without processes can have controllers for the groups below it."""
    if None in groups.mounts:
        groups.enable(f"{groups.mounts[None]}/{NAME}")
    groups.make(f"/{NAME}/inner")


def main():
    root = sys.argv[1]
    groups = Groups()
    try:
        groups.make("/" + NAME)
        if "pushed" in sys.argv:
            make_inner(groups)
            check_events(groups, root)
            check_small_excess(groups, root)
        else:
            groups.make("/" + ODD)
            check_group(groups, root)
            check_limits(groups, root)
            make_inner(groups)
            escaped = ODD.replace("%", "%25").replace(" ", "%20")
            check(escaped in os.listdir(f"{root}/cgroups"), escaped)
            check(read(f"{root}/cgroups/{escaped}/path") == f"/{ODD}\n", escaped)
            check_bulk(root)
            check_end(groups, root)
    finally:
        groups.remove()
    check(not os.path.exists(f"{root}/cgroups/{NAME}"), "is gone")
    versions = ["v2" if None in groups.mounts else "", "v1" if len(groups.mounts) > 1 else ""]
    print(f"ok: {len(CHECKS)} checks, {' '.join(versions).strip()}")


main()
