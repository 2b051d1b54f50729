"""Tries what docs/limits.md says that each limit does, on processes of an ordinary user.

usage: limit_effects.py MOUNTPOINT

Prints a line for each case: what was tried, and what came of it.
"""

import errno
import mmap
import os
import resource  # noqa: F401 (agents use it)
import signal
import sys
import threading
import time

import limits

MIB = 1 << 20
KEPT = []


def name_of(error):
    return errno.errorcode[error.errno]


class Agent:
    """A process that evaluates expressions in this module, one after another."""

    def __init__(self, setup=limits.CALLERS["owner"]):
        ask, self.to = os.pipe()
        self.answer, answer = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.to)
            os.close(self.answer)
            setup()
            with os.fdopen(ask) as lines:
                for line in lines:
                    os.write(answer, (self.evaluate(line) + "\n").encode())
            os._exit(0)
        os.close(ask)
        os.close(answer)
        self.answers = os.fdopen(self.answer)
        self("1")

    @staticmethod
    def evaluate(line):
        try:
            return str(eval(line, globals()))
        except OSError as e:
            return name_of(e)
        except (MemoryError, ValueError) as e:
            return type(e).__name__

    def __call__(self, expression):
        """What the expression gives, or the name of its error; empty if the process has ended."""
        os.write(self.to, (expression + "\n").encode())
        return self.answers.readline().strip()

    def end(self):
        """Ends the process unless it has ended. Returns its status as of waitpid."""
        os.kill(self.pid, signal.SIGKILL)
        return os.waitpid(self.pid, 0)[1]


def open_file():
    KEPT.append(os.open("/dev/null", os.O_RDONLY))
    return "opened"


def allocate(mib):
    memory = mmap.mmap(-1, mib * MIB, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    for at in range(0, len(memory), mmap.PAGESIZE):
        memory[at] = 1
    KEPT.append(memory)
    return "allocated"


def fork():
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    return "forked"


def spin(seconds):
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass
    return "spun"


def grow_memfd(size):
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    os.ftruncate(os.memfd_create("grows"), size)
    return "grown"


def nice_of_new_thread():
    found = []
    thread = threading.Thread(
        target=lambda: found.append(os.getpriority(os.PRIO_PROCESS, threading.get_native_id()))
    )
    thread.start()
    thread.join()
    return found[0]


def main(tree):
    agents = []

    def start(*arguments):
        agents.append(Agent(*arguments))
        return agents[-1]

    def write(agent, file, text, who="owner"):
        path = f"{tree}/processes/{agent.pid}/limits/{file}"
        return limits.in_child(limits.CALLERS[who], lambda: limits.write(path, text))

    def show(case, *results):
        print(f"{case}:", *results, flush=True)

    a = start()
    a("[open_file() for _ in range(20)]")
    show("nofile below what is open", write(a, "nofile", "10"), a("open_file()"))
    show("nofile closes nothing", len(os.listdir(f"/proc/{a.pid}/fd")) > 20)
    show("the process raises it", a("resource.setrlimit(7, (100, resource.getrlimit(7)[1]))"))
    write(a, "nofile", "10 10")
    show("not beyond a hard one", a("resource.setrlimit(7, (100, 100))"))

    a = start()
    a("allocate(50)")
    show("as below what is mapped", write(a, "as", "1M"), a("allocate(8)"), a("len(KEPT[0])"))
    write(a, "as", "unlimited")
    show("as taken back", a("allocate(8)"))
    show("data", write(a, "data", "1M"), a("allocate(8)"), a("len(KEPT)"))
    write(a, "data", "unlimited")
    show("rss does nothing", write(a, "rss", "1M"), a("allocate(8)"))

    a = start()
    show("fsize", write(a, "fsize", "1M"), a("grow_memfd(2 << 20)"), a("grow_memfd(1 << 19)"))

    a, of_root = start(), start(lambda: None)
    with open(f"{tree}/processes/{a.pid}/limits/nproc", encoding="ascii") as file:
        before = file.read().strip()
    show("nproc 0", write(a, "nproc", "0"), a("fork()"), write(a, "nproc", before), a("fork()"))
    show("nproc 0 of root", write(of_root, "nproc", "0", "root"), of_root("fork()"))

    a = start()
    show("new threads inherit nice", write(a, "nice", "7"), a("nice_of_new_thread()"))
    show("a user lowers nice", write(a, "nice", "0"), "root", write(a, "nice", "0", "root"))
    show("idle and back", write(a, "policy", "idle"), write(a, "policy", "other"))
    show("affinity and back", write(a, "affinity", "0"), write(a, "affinity", "0-1"))

    a = start()
    show(
        "oom_score_adj up and back",
        write(a, "oom_score_adj", "500"),
        write(a, "oom_score_adj", "0"),
    )

    a = start()
    a("spin(1.2)")
    show("cpu below what was used", write(a, "cpu", "1"), a("spin(3)") or "ended")
    agents.remove(a)
    show("by", signal.Signals(a.end() & 127).name)
    for agent in agents:
        agent.end()


main(sys.argv[1])
