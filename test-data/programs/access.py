"""Processes whose /proc is guarded in different ways, and callers that ask for files.

access.py targets     starts the processes, prints `name pid` for each, then `ready`. They have the
                      file of the environment variable KIFS_SECRET open, and map a memfd of the same
                      name
access.py ask CALLER  becomes the caller, prints `ready`, then answers each line of its input:
                      `read FILE`, `open FILE`, `list DIRECTORY`, `link FILE`, `rewrite FILE` (write
                      what it reads), `put TEXT FILE`, with `ok` or the
                      name of an error
"""

import ctypes
import errno
import mmap
import os
import sys
import threading
import time

OWNER, EUID, OTHER, MONITOR = 54001, 54003, 54009, 54008
OTHER_GROUP, MONITORS = 54002, 54010
CAP_DAC_READ_SEARCH, CAP_NET_RAW, CAP_SYS_PTRACE = 2, 13, 19
PR_SET_PDEATHSIG, PR_SET_DUMPABLE, PR_SET_KEEPCAPS = 1, 4, 8
SIGKILL = 9
CLONE_NEWUSER, CLONE_NEWPID = 0x10000000, 0x20000000
CAPABILITY_VERSION_3 = 0x20080522
LIBC = ctypes.CDLL(None, use_errno=True)
mapped = []

# Read at the start: after a change of the user, Python's own files may be out of reach.
with open("/proc/self/status", encoding="ascii") as status:
    ALL = int(next(line for line in status if line.startswith("CapPrm:")).split()[1], 16)


def check(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "refused")


def set_capabilities(mask):
    """Sets the effective and the permitted capabilities."""
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    check(LIBC.capset(header, (ctypes.c_uint32 * 6)(low, low, 0, high, high, 0)))


def become(uid, gid, capabilities=0, groups=(), real_uid=None, effective_gid=None):
    """Changes the ids, and keeps only these capabilities. Others may dump the memory then."""
    LIBC.prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0)
    os.setgroups(list(groups))
    os.setresgid(gid, effective_gid or gid, effective_gid or gid)
    os.setresuid(uid if real_uid is None else real_uid, uid, uid)
    set_capabilities(capabilities)
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def undumpable():
    become(OWNER, OWNER)
    LIBC.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def in_user_namespace():
    become(OWNER, OWNER)
    check(LIBC.unshare(CLONE_NEWUSER))
    LIBC.prctl(PR_SET_DUMPABLE, 1, 0, 0, 0)


def in_pid_namespace():
    check(LIBC.unshare(CLONE_NEWPID))
    child = os.fork()
    if child:
        os.waitpid(child, 0)
        os._exit(0)
    LIBC.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    become(OWNER, OWNER)


TARGETS = {
    "root": lambda: None,
    "owner": lambda: become(OWNER, OWNER),
    "set-uid": lambda: become(EUID, OWNER, real_uid=OWNER),
    "set-uid-root": lambda: become(0, OWNER, ALL, real_uid=OWNER),
    "set-gid": lambda: become(OWNER, OWNER, effective_gid=OTHER_GROUP),
    "undumpable": undumpable,
    "capable": lambda: become(OWNER, OWNER, 1 << CAP_NET_RAW),
    "user-namespace": in_user_namespace,
}

CALLERS = {
    "root": lambda: None,
    "root-without-ptrace": lambda: set_capabilities(ALL & ~(1 << CAP_SYS_PTRACE)),
    "owner": lambda: become(OWNER, OWNER),
    "owner-of-other-group": lambda: become(OWNER, OTHER_GROUP),
    "owner-capable": lambda: become(OWNER, OWNER, 1 << CAP_NET_RAW),
    "owner-in-pid-namespace": in_pid_namespace,
    "owner-in-user-namespace": in_user_namespace,
    "other": lambda: become(OTHER, OTHER),
    "monitor": lambda: become(MONITOR, MONITOR, groups=[MONITORS]),
    "ptrace": lambda: become(OTHER, OTHER, 1 << CAP_SYS_PTRACE),
    "ptrace-and-search": lambda: become(
        OTHER, OTHER, 1 << CAP_SYS_PTRACE | 1 << CAP_DAC_READ_SEARCH
    ),
}


def run_target(setup, told):
    """Holds what a client must not see of another's process, and a thread that waits for a lock."""
    LIBC.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    secret = os.environ.get("KIFS_SECRET")
    if secret:
        os.open(secret, os.O_RDONLY)
        memory = os.memfd_create(os.path.basename(secret))
        os.ftruncate(memory, mmap.PAGESIZE)
        mapped.append(mmap.mmap(memory, mmap.PAGESIZE))
    setup()
    # Again: the kernel forgets it when the user changes.
    LIBC.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    lock = threading.Lock()
    lock.acquire()
    threading.Thread(target=lock.acquire, daemon=True).start()
    os.write(told, b"x")
    time.sleep(3600)


def targets():
    for name, setup in TARGETS.items():
        receiver, sender = os.pipe()
        child = os.fork()
        if child == 0:
            run_target(setup, sender)
        os.close(sender)
        if os.read(receiver, 1) != b"x":
            raise RuntimeError("no target " + name)
        os.close(receiver)
        print(name, child)
    print("ready", flush=True)
    sys.stdin.read()


def answer(kind, path):
    try:
        if kind == "list":
            os.listdir(path)
        elif kind == "link":
            os.readlink(path)
        elif kind == "open":
            os.close(os.open(path, os.O_RDONLY))
        elif kind == "rewrite":
            put(path, read(path))
        elif kind == "put":
            text, path = path.split(" ", 1)
            put(path, text.encode("ascii"))
        else:
            content = read(path)
            # The kernel shows this to those who may not see the name of the function.
            if path.endswith("/wchan") and content == b"0":
                return "EACCES"
    except OSError as e:
        return errno.errorcode.get(e.errno, str(e.errno))
    return "ok"


def put(path, content):
    file = os.open(path, os.O_WRONLY)
    try:
        os.pwrite(file, content, 0)
    finally:
        os.close(file)


def read(path):
    file = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        content = b""
        while True:
            part = os.read(file, 1 << 20)
            content += part
            if not part:
                return content
    finally:
        os.close(file)


def ask(caller):
    CALLERS[caller]()
    print("ready", flush=True)
    for line in sys.stdin:
        kind, path = line.rstrip("\n").split(" ", 1)
        print(answer(kind, path), flush=True)


if sys.argv[1] == "targets":
    targets()
else:
    ask(sys.argv[2])
