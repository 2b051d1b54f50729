"""Processes that live for a moment, while somebody follows the exits of any process.

usage: short_lived.py MOUNTPOINT PROCESSES
"""
import os, re, select, sys, time

K, wanted = sys.argv[1], int(sys.argv[2])
fd = os.open(f"{K}/processes/each/notify/exit/occurs/any", os.O_RDONLY | os.O_NONBLOCK)
poll = select.poll()
poll.register(fd, select.POLLIN)
pids, told, lost, seqs = set(), set(), 0, []


def drain():
    global lost
    while poll.poll(0):
        lines = os.read(fd, 65536).decode(errors="replace")
        assert lines.endswith("\n"), lines
        for line in lines.splitlines():
            told.add(int(re.search(r" pid=(\d+) ", line)[1]))
            seqs.append(int(re.search(r" seq=(\d+) ", line)[1]))
            lost += int(re.search(r" lost=(\d+)", line)[1])


for i in range(wanted):
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    os.waitpid(pid, 0)
    pids.add(pid)
    drain()
deadline = time.monotonic() + 20
while pids - told and time.monotonic() < deadline:
    poll.poll(100)
    drain()
assert seqs == list(range(1, len(seqs) + 1)), seqs
print(f"{len(pids & told)} of {len(pids)} exits told, lost={lost}, {len(seqs)} events")
