"""Python threads that contend for locks without a deadlock. The program prints "ready" first."""

import queue
import sys
import threading

lock, other = threading.Lock(), threading.RLock()
condition = threading.Condition()
items = queue.Queue(8)


def locks():
    while True:
        with lock, other:
            pass


def produce():
    while True:
        items.put(1)


def consume():
    while True:
        items.get()
        with condition:
            condition.notify()


def wait():
    while True:
        with condition:
            condition.wait()


for task in (locks, locks, produce, consume, wait, wait):
    threading.Thread(target=task, daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
