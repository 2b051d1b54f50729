"""Many waiters by epoll, on as many names.

usage: pollers.py MOUNTPOINT WAITERS
"""
import os, resource, select, sys, time

K, waiters = sys.argv[1], int(sys.argv[2])
pid = os.getpid()
fds = []
most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
sys.stdin.readline()
epoll = select.epoll()
for n in range(waiters):
    # Crossed by one more file: the threshold is what is open when all wait.
    fd = os.open(f"{K}/processes/{pid}/notify/fds/above/{waiters + 20}.{n + 1:05}1",
                 os.O_RDONLY | os.O_NONBLOCK)
    epoll.register(fd, select.EPOLLIN)
    fds.append(fd)
print("opened", flush=True)
sys.stdin.readline()
events = 0
began = time.monotonic()
more = [os.dup(0) for _ in range(40)]
while events < waiters and time.monotonic() < began + 20:
    for fd, event in epoll.poll(1, maxevents=waiters):
        events += os.read(fd, 4096).count(b"\n")
print(events, f"events after {time.monotonic() - began:.3f} s", flush=True)
