"""A client that interrupts itself all the time and tries again, as Go programs do.

usage: self_interrupting.py MOUNTPOINT HOG
"""
import os, signal, subprocess, sys, threading, time

K, HOG = sys.argv[1], sys.argv[2]
interrupted = 0


def on_signal(number, frame):
    global interrupted
    interrupted += 1


def retried(path):
    """Python opens again by itself when a signal interrupts it; reads the event."""
    opening.set()
    fd = os.open(path, os.O_RDONLY)
    opening.clear()
    event = os.read(fd, 4096).decode()
    os.close(fd)
    return event


opening = threading.Event()
opener = threading.get_ident()


def disturb():
    """By SIGURG, every few milliseconds, as Go's scheduler preempts its threads."""
    while True:
        opening.wait()
        signal.pthread_kill(opener, signal.SIGURG)
        time.sleep(0.003)


signal.signal(signal.SIGURG, on_signal)
threading.Thread(target=disturb, daemon=True).start()
exits = rises = 0
for i in range(40):
    child = subprocess.Popen(["sleep", "0.05"])
    event = retried(f"{K}/processes/{child.pid}/notify/exit/occurs/any")
    exits += f"pid={child.pid} " in event and "metric=exit" in event
    child.wait()

# An excursion that is over before the next open would see it: `rises` looks at changes only.
hog = subprocess.Popen([HOG], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
hog.stdout.readline()


def tell(line):
    hog.stdin.write(line + "\n")
    hog.stdin.flush()
    return hog.stdout.readline()


def excursion():
    time.sleep(0.15)
    tell("fds 100")
    time.sleep(0.25)
    tell("fds 3")


for i in range(20):
    behind = threading.Thread(target=excursion)
    behind.start()
    event = retried(f"{K}/processes/{hog.pid}/notify/fds/rises/50")
    rises += "predicate=rises" in event and "value=100" in event
    behind.join()
hog.stdin.close()
hog.wait()
print(f"exits {exits} of 40, rises {rises} of 20, {interrupted} interrupts")
