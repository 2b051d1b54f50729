#!/usr/bin/env python3
"""Limits processes that use too much, and takes the limits back when they are calm again.

It does the same as limit-hogs.sh, with the same options and the same files in --state, so each of
them can take back what the other one has left. README.md beside this file says what it does about
which hog, and why it never limits another process by mistake.
"""

import argparse
import fcntl
import fnmatch
import os
import re
import select
import signal
import sys
import time

from hog_changes import Change, Changes, TreeGone, log, read

SPARED = "systemd*:dbus-*:sshd*:login:agetty:Xorg:Xwayland"
ROOT = os.geteuid() == 0
SUFFIXES = {"": 1, "K": 1 << 10, "M": 1 << 20, "G": 1 << 30, "T": 1 << 40}
FILES = {
    "cpu": ("nice", "cgroup") if ROOT else ("affinity",),
    "rss": ("as", "oom_score_adj", "cgroup") if ROOT else ("as", "oom_score_adj"),
    "fds": ("nofile",),
    "shm": ("as",),
}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    state = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    add = parser.add_argument
    add("--cpu", default="90", help="percent of one CPU, for --for; or off")
    add(
        "--memory",
        dest="rss",
        default="25%",
        help="resident memory, of the host's or bytes; or off",
    )
    add("--fds", default="90%", help="open files, of RLIMIT_NOFILE; or off")
    add("--shm", default="25%", help="shared memory that it maps; or off")
    add("--for", dest="lasting", default="30s", help="how long a process must use the CPU")
    add("--look", type=int, default=3, help="the second look: seconds that a hog must go on")
    add("--pause", type=float, default=10, help="seconds between two hogs")
    add("--calm", default="60s", help="limits are taken back after less than half for so long")
    add("--quota", type=int, default=20, help="percent of a CPU that a hog gets (root)")
    add("--grow", default="64M", help="how much a memory hog may still grow")
    add("--only", default="*", help="only processes of these names: patterns, separated by colons")
    add("--spare", default="", help="further names that are never limited")
    add("--state", default="/run/kifs-hogs" if ROOT else state + "/kifs-hogs")
    add("--dry-run", action="store_true", help="say what would be done")
    add("--undo", action="store_true", help="take back what a killed controller has left, and end")
    add("tree", metavar="MOUNTPOINT")
    return parser.parse_args()


def matches(name, patterns):
    return any(fnmatch.fnmatchcase(name, p) for p in patterns.split(":") if p)


def size(text):
    number, suffix = re.fullmatch(r"([0-9.]+)([KMGT]?)B?", text).groups()
    return int(float(number) * SUFFIXES[suffix])


def half(text):
    number, suffix = re.fullmatch(r"([0-9.]+)(.*)", text).groups()
    return f"{float(number) / 2:.3f}{suffix}"


def fields(line):
    """The fields of an event by name. A blank in a value is escaped as \\x20."""
    return dict(word.split("=", 1) for word in line.split(" "))


def find_mount(controller):
    """Where a controller is mounted, and whether that is cgroup v2; None if it isn't."""
    v2 = None
    with open("/proc/self/mountinfo", encoding="latin1") as lines:
        for words in map(str.split, lines):
            kind = words[words.index("-") + 1]
            if kind == "cgroup" and controller in words[-1].split(","):
                return words[4], False
            if kind == "cgroup2" and v2 is None:
                v2 = words[4]
    if v2 and controller in read(v2 + "/cgroup.controllers").split():
        return v2, True
    return None


def tree_name(name):
    """The name of a cgroup in the tree."""
    return "".join(
        c if "!" <= c <= "~" and c != "%" and not (c == "." and i == 0) else f"%{ord(c):02X}"
        for i, c in enumerate(name)
    )


class Hog:
    """A process that exceeds a threshold, with the files of limits that are open for it."""

    def __init__(self, controller, event):
        self.controller = controller
        self.options = controller.options
        self.pid, self.comm, self.metric = int(event["pid"]), event["comm"], event["metric"]
        self.directory = f"{self.options.tree}/processes/{self.pid}"
        self.why = ""
        # From here on these files belong to one process. If a write to one succeeds, this process
        # had the pid all the time in between, so all that is read by the pid was about it.
        self.opened = {}
        for file in FILES[self.metric]:
            self.opened[file] = os.open(f"{self.directory}/limits/{file}", os.O_WRONLY)
        self.start = self.read("start")

    def close(self):
        for fd in self.opened.values():
            os.close(fd)

    def read(self, name):
        return read(f"{self.directory}/{name}")

    def spare(self):
        """Why the process is never limited; empty if it may be."""
        tree = self.options.tree
        if self.pid == 1:
            return "it is init"
        if self.pid in (self.controller.daemon, os.getpid()):
            return "it is kifs or this controller"
        if self.read("sid") == read(f"{tree}/processes/{os.getpid()}/sid"):
            return "it is in this session"
        if self.read("vsize") == "0":
            return "it is a thread of the kernel"
        if not ROOT and self.read("uid") != str(os.geteuid()):
            return "it is another user's"
        if matches(self.comm, SPARED + ":" + self.options.spare):
            return "its name is spared"
        return ""

    def second_look(self):
        """The event if the process goes on to exceed the threshold; otherwise None."""
        threshold = getattr(self.options, self.metric)
        name = f"notify/{self.metric}/above/{threshold},for={self.options.look}s"
        fd = os.open(f"{self.directory}/{name}", os.O_RDONLY | os.O_NONBLOCK)
        try:
            poll = select.poll()
            poll.register(fd, select.POLLIN)
            if poll.poll((self.options.look + 3) * 1000) and (line := os.read(fd, 4096)):
                return fields(line.decode("latin1").splitlines()[0])
        except OSError:
            pass  # it has ended
        finally:
            os.close(fd)
        return None

    def act(self, file, old, new):
        """Changes a limit through the file that was opened before the hog was looked at."""
        if old == new or self.controller.changes.has(self.pid, file=file):
            return  # as it is, or limited for another reason
        text = f'pid={self.pid} comm={self.comm} {file}="{new}"'
        if self.options.dry_run:
            log(f'would limit {text} old="{old}": {self.why}')
            return
        self.note(file, old, new)
        try:
            os.pwrite(self.opened[file], new.encode("latin1"), 0)
            log(f'limit {text} old="{old}": {self.why}')
        except OSError as e:
            log(f"refused {text}: {e.strerror}")

    def note(self, file, old, new):
        changes = self.controller.changes
        changes.note(Change(self.pid, self.start, self.metric, file, old, new))

    def act_soft(self, file, wanted):
        """Lowers the soft value of an rlimit."""
        soft, hard = self.read(f"limits/{file}").split()
        if soft == "unlimited" or int(soft) > wanted:
            self.act(file, f"{soft} {hard}", f"{wanted} {hard}")

    def limit(self):
        getattr(self, "limit_" + self.metric)()

    def limit_cpu(self):
        if ROOT:
            self.own_group("cpu", [("cpu", f"{self.options.quota * 1000} 100000")])
            self.act("nice", self.read("limits/nice"), "19")
        else:
            # A user may neither lower a nice value again nor leave the policy `idle`.
            cpus = self.read("limits/affinity")
            self.act("affinity", cpus, re.split("[-,]", cpus)[-1])

    def limit_rss(self):
        grow = size(self.options.grow)
        self.act_soft("as", int(self.read("vsize")) + grow)
        self.act("oom_score_adj", self.read("limits/oom_score_adj"), "500")
        if ROOT:
            # In v1 the group's limit ends in the OOM killer, so the address space ends first.
            self.own_group("memory", [("memory.high", str(grow)), ("memory", str(2 * grow))])

    def limit_fds(self):
        self.act_soft("nofile", int(self.read("fds.count")))

    def limit_shm(self):
        self.act_soft("as", int(self.read("vsize")) + size(self.options.grow))

    def own_group(self, controller, limits):
        """Makes a cgroup for the hog, sets the first limit that it has, and moves the hog there.

        In v1 it is below the one in which the hog lives, so all limits of that stay. In v2 a group
        with processes can't have groups with limits below it, so the new one is beside it."""
        found = find_mount(controller)
        if not found:
            return
        mount, v2 = found
        key = "" if v2 else controller
        lines = self.read("limits/cgroup").splitlines()
        line = next(line for line in lines if key in line.split(":")[1].split(","))
        parent = line.split(":", 2)[2].rstrip("/")
        if v2:
            parent = parent.rpartition("/")[0]
        group = f"{parent}/kifs-hog-{self.pid}"
        text = f"pid={self.pid} comm={self.comm} group={mount}{group}"
        if self.options.dry_run:
            log(f"would limit {text} {limits}: {self.why}")
            return
        self.note("group", mount + group, line)
        path = (
            self.options.tree + "/cgroups/" + "/groups/".join(map(tree_name, group[1:].split("/")))
        )
        try:
            if v2:
                write(f"{mount}{parent}/cgroup.subtree_control", "+" + controller)
            os.mkdir((mount + group).encode("latin1"))
            name, value = next((n, v) for n, v in limits if os.path.exists(f"{path}/limits/{n}"))
            write(f"{path}/limits/{name}", value)
        except (OSError, StopIteration) as e:
            log(f"refused {text}: {e or 'it has no such limit'}")
            return
        log(f"limit {text} {name}={value}: {self.why}")
        self.act("cgroup", line, f"{line[: line.index(':/')]}:{group}")


def write(path, text):
    with open(path, "w", encoding="latin1") as file:
        file.write(text)


class Controller:
    def __init__(self, options):
        self.options = options
        about = dict(line.split("=", 1) for line in read(options.tree + "/about").splitlines())
        self.daemon = int(about["pid"])
        self.changes = Changes(options.tree, options.state)
        self.epoll = select.epoll()
        self.waiting = {}

    def wait_for(self, name, hog=None):
        """Waits for a condition. The open arms it, so no event before the first poll is missed."""
        try:
            fd = os.open(f"{self.options.tree}/{name}", os.O_RDONLY | os.O_NONBLOCK)
        except OSError as e:
            log(f"can't wait for {name}: {e.strerror}")
            return
        self.epoll.register(fd, select.EPOLLIN)
        self.waiting[fd] = hog

    def wait_for_all(self):
        whose = "" if ROOT else f",uid={os.geteuid()}"
        for metric in FILES:
            threshold = getattr(self.options, metric)
            lasting = f",for={self.options.lasting}" if metric == "cpu" else ""
            if threshold != "off":
                self.wait_for(f"processes/each/notify/{metric}/above/{threshold}{whose}{lasting}")
        self.wait_for("locks/notify/deadlock/occurs/any")
        if os.path.isdir(self.options.tree + "/processes/each/notify/unusual"):
            self.wait_for(f"processes/each/notify/unusual/above/6{whose}")

    def forget(self, fd):
        self.epoll.unregister(fd)
        os.close(fd)
        return self.waiting.pop(fd)

    def run(self):
        self.wait_for_all()
        log("waiting" + (" (dry run)" if self.options.dry_run else ""))
        while True:
            for fd, ready in self.epoll.poll():
                if ready & select.EPOLLERR:
                    raise TreeGone
                if ready & select.EPOLLIN:
                    for line in os.read(fd, 1 << 16).decode("latin1").splitlines():
                        self.handle(fd, fields(line))
                elif ready & select.EPOLLHUP:
                    pid, metric = self.forget(fd)
                    self.changes.take_back("it has ended", pid, metric)

    def handle(self, fd, event):
        if event["predicate"] == "below":
            pid, metric = self.forget(fd)
            self.changes.take_back("it is calm", pid, metric)
        elif event["metric"] in FILES:
            try:
                self.consider(event)
            except OSError:
                pass  # it has ended
        else:
            self.report(event)

    def consider(self, event):
        pid, metric = int(event["pid"]), event["metric"]
        if not matches(event["comm"], self.options.only) or self.changes.has(pid, metric):
            return
        hog = Hog(self, event)
        try:
            told = f"pid={pid} comm={hog.comm} {metric}={event['value']}"
            if why := hog.spare():
                log(f"spare {told}: {why}")
            elif not (again := hog.second_look()):
                log(f"let go {told}: it is calm at a second look")
            else:
                hog.why = f"{metric} is {again['value']}, above {getattr(self.options, metric)}"
                hog.limit()
                if not self.options.dry_run:
                    most = getattr(self.options, metric)
                    most = str(self.options.quota) if ROOT and metric == "cpu" else most
                    below = f"notify/{metric}/below/{half(most)},for={self.options.calm}"
                    self.wait_for(f"processes/{pid}/{below}", (pid, metric))
                time.sleep(self.options.pause)
        finally:
            hog.close()

    def report(self, event):
        """Deadlocks, and what is unusual, need somebody who decides: they are only reported."""
        who = f"pid={event['pid']} comm={event['comm']}"
        if event["metric"] == "deadlock":
            log(f"deadlock {event['value']}, of {who}: not touched")
            for line in read(self.options.tree + "/locks/deadlocks").splitlines():
                print("  " + line, flush=True)
        else:
            usual = f"{event['of']} is {event['now']}, usually {event['usual']}"
            log(f"unusual {who}: {usual}: not touched")


def end(number, _frame):
    sys.exit(128 + number)


def main():
    options = arguments()
    os.makedirs(options.state, mode=0o700, exist_ok=True)
    lock = open(options.state + "/lock", "w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        sys.exit(f"limit-hogs: another controller uses {options.state}")
    controller = Controller(options)
    controller.changes.take_back("left by a controller that was killed")
    if options.undo:
        return 0
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    try:
        controller.run()
    except TreeGone:
        log("the tree has gone; run --undo when it is mounted again")
        return 3
    finally:
        if os.access(options.tree + "/about", os.R_OK):
            controller.changes.take_back("the controller ends")


if __name__ == "__main__":
    sys.exit(main())
