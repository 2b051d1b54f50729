"""A zombie, and a process whose name is hard to parse; until the end of stdin."""
import ctypes, os, sys

read, write = os.pipe()
zombie = os.fork()
if zombie == 0:
    os._exit(7)
while open(f"/proc/{zombie}/stat").read().rpartition(") ")[2][0] != "Z":
    pass
odd = os.fork()
if odd == 0:
    os.close(write)
    os.dup2(os.open("/dev/null", os.O_RDWR), 1)
    ctypes.CDLL(None).prctl(15, b"a (b) c\n) S", 0, 0, 0)
    os.read(read, 1)
    os._exit(0)
while "(b)" not in open(f"/proc/{odd}/comm").read():
    pass
print("ready", flush=True)
for line in sys.stdin:
    print(zombie, odd, flush=True)
