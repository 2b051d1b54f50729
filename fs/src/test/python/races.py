"""Races of signals against a client that waits.

usage: races.py PATH open|follow|read RACES
Each client is this program itself, forked: it starts as quickly as a process can.
"""
import math, os, random, signal, sys, time

path, what, races = sys.argv[1], sys.argv[2], int(sys.argv[3])
random.seed(17)
took, hung, early = [], 0, 0
HUNG_S = 2


# Before any fork: whoever started this may have had them ignored.
for number in (signal.SIGINT, signal.SIGTERM):
    signal.signal(number, signal.SIG_DFL)


def client():
    while True:
        fd = os.open(path, os.O_RDONLY)
        if what == "open":
            os._exit(3)
        while os.read(fd, 1 << 20):
            pass
        os.close(fd)


for race in range(races):
    number = (signal.SIGINT, signal.SIGTERM, signal.SIGKILL)[race % 3]
    pid = os.fork()
    if pid == 0:
        try:
            client()
        except BaseException as e:
            os.write(2, f"client: {e!r}\n".encode())
            os._exit(4)
    time.sleep(random.uniform(0, 0.005))
    sent = time.monotonic()
    os.kill(pid, number)
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        now = time.monotonic()
        if ended:
            break
        if now - sent > HUNG_S:
            hung += 1
            state = open(f"/proc/{pid}/stat").read().rpartition(") ")[2][0]
            os.write(2, f"hung: {signal.Signals(number).name} state {state}\n".encode())
            os.kill(pid, signal.SIGKILL)
            ended, status = os.waitpid(pid, 0)
            break
        time.sleep(0.0001)
    took.append(now - sent)
    if os.waitstatus_to_exitcode(status) != -number:
        os.write(2, f"client ended with {status:#x} instead of {signal.Signals(number).name}\n".encode())

took.sort()
at = lambda share: 1000 * took[min(len(took) - 1, math.ceil(share * len(took)) - 1)]
slow = sum(t > 0.1 for t in took)
print(f"races {races} hung {hung} ms p50 {at(0.5):.2f} p99 {at(0.99):.2f} max {at(1):.2f}; {slow} above 100 ms")
