"""Files of a process stay that process's when its pid is used again.

usage: pid_reuse.py MOUNTPOINT
"""
import errno, os, select, sys, time

K = sys.argv[1]


def child(pipe_read):
    """A child that lives until the pipe is closed."""
    pid = os.fork()
    if pid == 0:
        os.read(pipe_read, 1)
        os._exit(0)
    return pid


def call(function):
    try:
        function()
        return "ok"
    except OSError as e:
        return errno.errorcode[e.errno]


def end(pid):
    os.kill(pid, 9)
    os.waitpid(pid, 0)


read, write = os.pipe()
first = child(read)
rss = os.open(f"{K}/processes/{first}/rss", os.O_RDONLY)
bulk = os.open(f"{K}/processes/{first}/bulk", os.O_RDONLY)
thread = os.open(f"{K}/processes/{first}/threads/{first}/comm", os.O_RDONLY)
notify = os.open(f"{K}/processes/{first}/notify/rss/above/1T", os.O_RDONLY | os.O_NONBLOCK)
assert os.pread(rss, 100, 0)
end(first)
for attempt in range(200):
    with open("/proc/sys/kernel/ns_last_pid", "w") as last:
        last.write(str(first - 1))
    second = child(read)
    if second == first:
        break
    end(second)
else:
    print("pid taken")
    sys.exit()
print("rss", call(lambda: os.pread(rss, 100, 0)))
print("bulk", call(lambda: os.pread(bulk, 100, 0)))
print("thread", call(lambda: os.pread(thread, 100, 0)))
poll = select.poll()
poll.register(notify, select.POLLIN)
events = poll.poll(10000)
print("notify", call(lambda: os.read(notify, 100)), "HUP" if events and events[0][1] & select.POLLHUP else events)
print("new", call(lambda: open(f"{K}/processes/{second}/rss").read()))
end(second)
