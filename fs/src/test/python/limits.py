"""Changes limits through the tree and by the tools of util-linux, and compares what happens.

limits.py compare TREE COUNT SEED   random changes by several callers of several targets
limits.py handover TREE             descriptors that one client opens and another one writes
limits.py vanish TREE               targets that have ended, and a pid that is used again
limits.py threads TREE              values of a process with many threads
limits.py cgroup TREE              moves into another cgroup and back, by several callers
limits.py signals TREE              the client ends and stops whatever it may signal meanwhile
"""

import collections
import ctypes
import errno
import os
import random
import signal
import socket
import subprocess
import sys
import threading
import time

import pid_reuse

OWNER, OTHER, GROUP = 54001, 54009, 54002
SYS_NICE, SYS_RESOURCE = 1 << 23, 1 << 24
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
PR_CAPBSET_DROP, PR_SET_SECUREBITS, PR_CAP_AMBIENT = 24, 28, 47
NOROOT = 1
CAPABILITY_VERSION_3 = 0x20080522
CLONE_NEWUSER = 0x10000000
LIBC = ctypes.CDLL(None, use_errno=True)

with open("/proc/self/status", encoding="ascii") as status:
    ALL = int(next(line for line in status if line.startswith("CapPrm:")).split()[1], 16)


def set_capabilities(mask):
    """Sets the effective capabilities, and those that a program gets by an exec."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    words = [mask & 0xFFFFFFFF] * 3 + [mask >> 32] * 3
    assert LIBC.capset(header, (ctypes.c_uint32 * 6)(*words)) == 0
    for number in range(64):
        if mask >> number & 1:
            assert LIBC.prctl(PR_CAP_AMBIENT, 2, number, 0, 0) == 0


def become(uid, gid, capabilities=0, real_uid=None):
    LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups([])
    os.setresgid(gid, gid, gid)
    os.setresuid(uid if real_uid is None else real_uid, uid, uid)
    set_capabilities(capabilities)
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def weak_root(without):
    assert LIBC.prctl(PR_SET_SECUREBITS, NOROOT, 0, 0, 0) == 0
    set_capabilities(ALL & ~without)


def in_user_namespace():
    become(OWNER, OWNER)
    assert LIBC.unshare(CLONE_NEWUSER) == 0


def undumpable():
    become(OWNER, OWNER)
    LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


CALLERS = {
    "root": lambda: None,
    "root-without-nice": lambda: weak_root(SYS_NICE),
    "root-without-resource": lambda: weak_root(SYS_RESOURCE),
    "owner": lambda: become(OWNER, OWNER),
    "owner-of-other-group": lambda: become(OWNER, GROUP),
    "owner-nice": lambda: become(OWNER, OWNER, SYS_NICE),
    "set-uid-owner": lambda: become(OWNER, OTHER, real_uid=OTHER),
    "other": lambda: become(OTHER, OTHER),
    "other-nice": lambda: become(OTHER, OTHER, SYS_NICE),
    "user-namespace": in_user_namespace,
}
if ALL & SYS_RESOURCE:
    CALLERS["other-resource"] = lambda: become(OTHER, OTHER, SYS_RESOURCE)

TARGETS = {
    "root": lambda: None,
    "owner": lambda: become(OWNER, OWNER),
    "set-uid": lambda: become(OTHER, OWNER, real_uid=OWNER),
    "set-uid-root": lambda: become(0, OWNER, ALL, real_uid=OWNER),
    "undumpable": undumpable,
}

RLIMITS = (
    "as core cpu data fsize locks memlock msgqueue nofile nproc rss rtprio rttime sigpending stack"
)


def in_child(setup, action):
    """Runs an action in a child that has become another user. Returns its one line of output."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            setup()
            os.write(sender, action().encode())
        except BaseException as e:  # noqa: the child must not go on in the parent's code
            os.write(sender, f"child failed: {e!r}".encode())
        os._exit(0)
    os.close(sender)
    with os.fdopen(receiver) as out:
        line = out.read()
    os.waitpid(child, 0)
    return line


def start(setup, body=signal.pause):
    """Starts a process that has become another user. Returns its pid."""
    receiver, sender = os.pipe()
    child = os.fork()
    if child == 0:
        setup()
        LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        os.write(sender, b"x")
        body()
        os._exit(0)
    os.close(sender)
    assert os.read(receiver, 1) == b"x"
    os.close(receiver)
    return child


def end(pid):
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)


def name(e):
    return errno.errorcode[e.errno]


def write_fd(fd, text):
    """Writes at offset 0. Unlike os.pwrite, it doesn't write again if it is interrupted."""
    content = text.encode()
    done = LIBC.pwrite(fd, content, len(content), ctypes.c_long(0))
    return "ok" if done == len(content) else errno.errorcode[ctypes.get_errno()]


def write(path, text):
    try:
        fd = os.open(path, os.O_WRONLY | os.O_TRUNC)
        try:
            return write_fd(fd, text)
        finally:
            os.close(fd)
    except OSError as e:
        return name(e)


def run_tool(*command):
    done = subprocess.run(command, capture_output=True, text=True, env={"PATH": os.defpath})
    if done.returncode == 0:
        return "ok"
    for number in (errno.EPERM, errno.EACCES, errno.EINVAL, errno.ESRCH):
        if done.stderr.strip().endswith(os.strerror(number)):
            return errno.errorcode[number]
    return "EINVAL" if "cannot exceed" in done.stderr else done.stderr


def random_change(dice):
    """A change: the file in limits/, the text that is written, and the same by a tool."""
    kind = dice.choice(["rlimit"] * 4 + ["nice", "affinity", "ioprio", "policy", "oom"])
    if kind == "rlimit":
        limit = dice.choice(RLIMITS.split() + ["nofile"] * 5 + ["nice"])
        soft, hard = sorted(dice.choice([0, 64, 500, 1000, 20000, 30000, 1 << 40]) for _ in "ab")
        hard = dice.choice([hard, hard, "unlimited", None])
        text = str(soft) if hard is None else f"{soft} {hard}"
        option = f"--{limit}={soft}:{'' if hard is None else hard}"
        file = "rlimit.nice" if limit == "nice" else limit
        return file, text, lambda pid: ["prlimit", f"--pid={pid}", option]
    if kind == "nice":
        nice = str(dice.randint(-20, 19))
        return kind, nice, lambda pid: ["renice", "-n", nice, "-p", str(pid)]
    if kind == "affinity":
        cpus = dice.choice(["0", "1", "0-1", "1,0", "0,5", "5", "900"])
        return kind, cpus, lambda pid: ["taskset", "-cp", cpus, str(pid)]
    if kind == "ioprio":
        text = dice.choice(["idle", "none", "best-effort 0", "best-effort 7", "realtime 3"])
        number = str(["none", "realtime", "best-effort", "idle"].index(text.split()[0]))
        level = ["-n", text[-1]] if text[-1].isdigit() else []
        return kind, text, lambda pid: ["ionice", "-c", number, *level, "-p", str(pid)]
    if kind == "policy":
        text = dice.choice(["other", "batch", "idle", "fifo 1", "rr 50", "fifo 99"])
        policy, priority = (text + " 0").split()[:2]
        return kind, text, lambda pid: ["chrt", "--" + policy, "-p", priority, str(pid)]
    score = str(dice.choice([-1000, -1, 0, 1, 500, 1000]))
    return "oom_score_adj", score, lambda pid: ["choom", "-p", str(pid), "-n", score]


def state(pid):
    """All that the changes can change, as root sees it."""
    with open(f"/proc/{pid}/limits") as limits, open(f"/proc/{pid}/oom_score_adj") as score:
        rlimits, adjustment = limits.read(), score.read()
    policy = os.sched_getscheduler(pid), os.sched_getparam(pid).sched_priority
    io = subprocess.run(["ionice", "-p", str(pid)], capture_output=True, text=True).stdout
    nice = os.getpriority(os.PRIO_PROCESS, pid)
    return rlimits, adjustment, policy, io, nice, os.sched_getaffinity(pid)


def compare(tree, count, seed):
    dice = random.Random(seed)
    seen = collections.Counter()
    for i in range(count):
        who, whom = dice.choice(list(CALLERS)), dice.choice(list(TARGETS))
        # Often two changes one after another: what the second one may do depends on the first.
        changes = [random_change(dice) for _ in range(dice.choice([1, 1, 2]))]
        ours, theirs = start(TARGETS[whom]), start(TARGETS[whom])
        results = []
        for file, text, tool in changes:
            path = f"{tree}/processes/{ours}/limits/{file}"
            here = in_child(CALLERS[who], lambda path=path, text=text: write(path, text))
            there = in_child(CALLERS[who], lambda tool=tool: run_tool(*tool(theirs)))
            results.append((file, text, here, there))
        report(who, whom, results, state(ours) == state(theirs), seen)
        end(ours)
        end(theirs)
    counts = (f"{key}={seen[key]}" for key in sorted(seen))
    print("compared", count, f"seed={seed}", *counts)


def report(who, whom, results, same, seen):
    # kifs can't act for a client in another user namespace, and acts with the effective user where
    # ioprio_set(2) would accept the real one, too.
    less = who == "user-namespace" or (who == "set-uid-owner" and results[-1][0] == "ioprio")
    for file, text, here, there in results:
        seen["done" if here == "ok" else here] += 1
        if here != there and not (less and here in ("EPERM", "EACCES")):
            print("DIFFERS", who, whom, file, repr(text), "tree:", here, "tool:", there)
            return
    if not same and all(here == there for _, _, here, there in results):
        print("OTHER VALUE", who, whom, results)


def open_and_send(path, channel):
    fd = os.open(path, os.O_WRONLY)
    socket.send_fds(channel, [b"x"], [fd])
    return "sent"


def handover(tree):
    for target in ("root", "owner"):
        pid = start(TARGETS[target])
        path = f"{tree}/processes/{pid}/limits/nice"
        for opener, writer in (
            ("root", "owner"),
            ("owner", "root"),
            ("root", "root"),
            ("owner", "owner"),
        ):
            ours, theirs = socket.socketpair()
            sent = in_child(CALLERS[opener], lambda: open_and_send(path, theirs))
            assert sent == "sent", sent
            fd = socket.recv_fds(ours, 1, 1)[1][0]
            result = in_child(CALLERS[writer], lambda fd=fd: write_fd(fd, "7"))
            nice = os.getpriority(os.PRIO_PROCESS, pid)
            print(f"of {target}: opened by {opener}, written by {writer}: {result}, nice {nice}")
            os.setpriority(os.PRIO_PROCESS, pid, 0)
            os.close(fd)
        end(pid)


def vanish(tree):
    receiver, _sender = os.pipe()
    pid = pid_reuse.child(receiver)
    files = {}
    for file in ("nofile", "nice", "affinity", "oom_score_adj", "ioprio", "policy", "cgroup"):
        files[file] = os.open(f"{tree}/processes/{pid}/limits/{file}", os.O_RDWR)
    files["thread"] = os.open(f"{tree}/processes/{pid}/threads/{pid}/limits/nice", os.O_RDWR)
    _, line = hierarchy(pid)
    texts = {"affinity": "0", "ioprio": "idle", "policy": "batch", "cgroup": line}
    end(pid)
    print("ended", *(f"{f}={write_fd(fd, texts.get(f, '5'))}" for f, fd in files.items()))
    if pid_reuse.child_with_pid(pid, receiver) is None:
        print("pid taken")
        return
    before = state(pid)
    print("used again", *(f"{f}={write_fd(fd, texts.get(f, '5'))}" for f, fd in files.items()))
    print(
        "read",
        *(f"{f}={pid_reuse.outcome(lambda fd=fd: os.pread(fd, 9, 0))}" for f, fd in files.items()),
    )
    print("unchanged" if state(pid) == before else "changed")
    end(pid)


def hierarchy(pid):
    """Where the controller cpu is: the mount point, and the line of the process in it."""
    with open("/proc/self/mountinfo", encoding="ascii") as lines:
        mounts = [line.split() for line in lines]
    v1 = [m[4] for m in mounts if m[m.index("-") + 1] == "cgroup" and "cpu" in m[-1].split(",")]
    v2 = [m[4] for m in mounts if m[m.index("-") + 1] == "cgroup2"]
    with open(f"/proc/{pid}/cgroup", encoding="latin1") as lines:
        for line in lines.read().splitlines():
            if ("cpu" in line.split(":")[1].split(",")) if v1 else line.startswith("0::"):
                return (v1 or v2)[0], line
    raise RuntimeError("no cgroups")


def cgroup(tree):
    """A line for each caller: its move by the tree, by the kernel's file, and back by the tree."""
    for caller in ("root", "owner", "other"):
        for target in ("owner", "root"):
            ours, theirs = start(TARGETS[target]), start(TARGETS[target])
            mount, before = hierarchy(ours)
            path = f"/kifs-limits-{os.getpid()} (a:b)"
            os.mkdir(mount + path)
            after = before[: before.index(":/") + 1] + path
            file = f"{tree}/processes/{ours}/limits/cgroup"
            members = f"{mount}{path}/cgroup.procs"
            here = in_child(CALLERS[caller], lambda f=file, t=after: write(f, t))
            there = in_child(CALLERS[caller], lambda f=members, p=theirs: write(f, str(p)))
            moved = after in open(file, encoding="latin1").read().splitlines()
            same = hierarchy(ours)[1] == hierarchy(theirs)[1]
            back = in_child(CALLERS[caller], lambda f=file, t=before: write(f, t))
            restored = hierarchy(ours)[1] == before
            print(caller, target, here, there, moved, same, back, restored)
            end(ours)
            end(theirs)
            remove(mount + path)
    pid = start(TARGETS["owner"])
    file = f"{tree}/processes/{pid}/limits/cgroup"
    number, controllers, _ = hierarchy(pid)[1].split(":", 2)
    for line in ("none:/", f"{controllers}:/no-such-group", f"{controllers}:/../x", "cpu"):
        print(line.split(":", 1)[-1], write(file, line))
    end(pid)


def remove(group):
    """Removes a cgroup as soon as the kernel has taken the last process out of it."""
    for _ in range(1000):
        try:
            return os.rmdir(group)
        except OSError:
            time.sleep(0.01)
    raise TimeoutError(group)


def nices(pid):
    return [os.getpriority(os.PRIO_PROCESS, int(tid)) for tid in os.listdir(f"/proc/{pid}/task")]


def idle_threads():
    for _ in range(20):
        threading.Thread(target=signal.pause, daemon=True).start()
    time.sleep(3600)


def short_threads():
    while True:
        thread = threading.Thread(target=time.sleep, args=(0.001,))
        thread.start()
        if random.random() < 0.1:
            thread.join()


def threads(tree):
    pid = start(TARGETS["owner"], idle_threads)
    while len(os.listdir(f"/proc/{pid}/task")) < 21:
        time.sleep(0.01)
    directory = f"{tree}/processes/{pid}"
    print(
        "all",
        in_child(CALLERS["owner"], lambda: write(f"{directory}/limits/nice", "4")),
        set(nices(pid)),
    )
    last = max(map(int, os.listdir(f"/proc/{pid}/task")))
    print("one", write(f"{directory}/threads/{last}/limits/nice", "10"), sorted(set(nices(pid))))
    # The owner may set 7 for all but the last one.
    print(
        "none",
        in_child(CALLERS["owner"], lambda: write(f"{directory}/limits/nice", "7")),
        sorted(set(nices(pid))),
    )
    end(pid)
    pid = start(TARGETS["owner"], short_threads)
    for nice in range(1, 20):
        result = in_child(
            CALLERS["owner"],
            lambda nice=nice: write(f"{tree}/processes/{pid}/limits/nice", str(nice)),
        )
        found = set(nices_of_living(pid))
        if result != "ok" or found != {nice}:
            print("storm", nice, result, found)
    print("storm ended")
    end(pid)


def nices_of_living(pid):
    for tid in os.listdir(f"/proc/{pid}/task"):
        try:
            yield os.getpriority(os.PRIO_PROCESS, int(tid))
        except OSError:
            pass


def signal_programs():
    """Ends or stops each program of the daemon as soon as it has the client's real user."""
    while True:
        with open("/proc/loadavg") as load:
            last = int(load.read().split()[-1])
        for pid in range(last - 5, last + 5):
            try:
                with open(f"/proc/{pid}/comm") as comm:
                    if comm.read().strip() in ("prlimit", "setpriv"):
                        stops = random.random() < 0.02
                        os.kill(pid, signal.SIGSTOP if stops else signal.SIGKILL)
            except OSError:
                pass


def signals(tree):
    pid = start(TARGETS["owner"])
    attacker = start(CALLERS["owner"], signal_programs)
    seen = collections.Counter()
    for i in range(100):
        path = f"{tree}/processes/{pid}/limits/nofile"
        result = in_child(CALLERS["owner"], lambda path=path, i=i: write(path, str(2000 - i)))
        seen[result] += 1
    end(attacker)
    print("signals", *(f"{result}={count}" for result, count in sorted(seen.items())))
    path = f"{tree}/processes/{pid}/limits/nofile"
    print("afterwards", in_child(CALLERS["owner"], lambda: write(path, "77")))
    end(pid)


def main(command, tree, *numbers):
    actions = dict(
        compare=compare,
        handover=handover,
        vanish=vanish,
        threads=threads,
        cgroup=cgroup,
        signals=signals,
    )
    actions[command](tree, *map(int, numbers))


if __name__ == "__main__":
    main(*sys.argv[1:])
