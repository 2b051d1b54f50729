"""Tests of waiting by poll(2), select(2) and epoll(7). Each function is a test.

usage: poll.py FUNCTION MOUNTPOINT HOG
"""

import asyncio
import os
import select
import sys
import threading
import time

import kifs_testing
from kifs_testing import error_of

TREE, HOG = sys.argv[2], sys.argv[3]
LONG_MS = 20000


class Hog(kifs_testing.Hog):
    """A hog that opens more than 50 files now and then."""

    def __init__(self):
        super().__init__(HOG, TREE)

    def excursion(self):
        self.tell("fds 60")

    def calm(self, samples=3):
        self.tell("fds 10")
        ticks(samples)


def ticks(n):
    """Waits until the notifier has taken n more samples."""
    before = about("samples")
    while about("samples") < before + n:
        time.sleep(0.02)


def about(key):
    return int(kifs_testing.about(TREE, key))


def polled(fd, timeout=LONG_MS, events=select.POLLIN):
    poll = select.poll()
    poll.register(fd, events)
    return [e for _, e in poll.poll(timeout)]


def poll_tells_of_an_event():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    assert polled(fd, 200) == []
    later = threading.Thread(target=lambda: (time.sleep(0.2), hog.excursion()))
    later.start()
    assert polled(fd) == [select.POLLIN]
    later.join()
    assert polled(fd) == [select.POLLIN]
    line = os.read(fd, 4096)
    assert b" value=60 " in line and b" seq=1 " in line, line
    assert polled(fd, 0) == []
    # It arms itself again when the excursion ends.
    hog.calm()
    hog.excursion()
    assert polled(fd) == [select.POLLIN]
    assert b" seq=2 " in os.read(fd, 4096)
    hog.kill()


def epoll_level_triggered():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    epoll = select.epoll()
    epoll.register(fd, select.EPOLLIN)
    hog.excursion()
    for _ in range(5):
        assert epoll.poll(LONG_MS / 1000) == [(fd, select.EPOLLIN)]
    os.read(fd, 4096)
    assert epoll.poll(0.2) == []
    hog.kill()


def epoll_edge_triggered():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    epoll = select.epoll()
    epoll.register(fd, select.EPOLLIN | select.EPOLLET)
    assert epoll.poll(0.2) == []
    for seq in range(1, 6):
        hog.excursion()
        assert epoll.poll(LONG_MS / 1000) == [(fd, select.EPOLLIN)], seq
        assert b" seq=%d " % seq in os.read(fd, 4096)
        assert error_of(lambda: os.read(fd, 4096)) == "EAGAIN"
        hog.calm()
    hog.kill()


def epoll_oneshot():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    epoll = select.epoll()
    epoll.register(fd, select.EPOLLIN | select.EPOLLONESHOT)
    hog.excursion()
    assert epoll.poll(LONG_MS / 1000) == [(fd, select.EPOLLIN)]
    assert epoll.poll(0.2) == []
    epoll.modify(fd, select.EPOLLIN | select.EPOLLONESHOT)
    assert epoll.poll(LONG_MS / 1000) == [(fd, select.EPOLLIN)]
    hog.kill()


def select_and_asyncio():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    assert select.select([fd], [], [], 0.2) == ([], [], [])
    hog.excursion()
    assert select.select([fd], [], [], LONG_MS / 1000) == ([fd], [], [])
    os.read(fd, 4096)
    hog.calm()

    async def wait():
        event = asyncio.Event()
        asyncio.get_running_loop().add_reader(fd, event.set)
        hog.excursion()
        await asyncio.wait_for(event.wait(), LONG_MS / 1000)
        return os.read(fd, 4096)

    assert b" seq=2 " in asyncio.run(wait())
    hog.kill()


def read_without_an_event_is_eagain():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    for _ in range(3):
        assert error_of(lambda: os.read(fd, 4096)) == "EAGAIN"
    hog.excursion()
    assert polled(fd) == [select.POLLIN]
    os.read(fd, 4096)
    assert error_of(lambda: os.read(fd, 4096)) == "EAGAIN"
    hog.kill()


def poll_with_no_time_at_all():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    for _ in range(200):
        assert polled(fd, 0) == []
    hog.excursion()
    while polled(fd, 0) == []:
        pass
    assert polled(fd, 0) == [select.POLLIN]
    hog.kill()


def the_end_of_the_process_hangs_up():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    epoll = select.epoll()
    epoll.register(fd, select.EPOLLIN)
    later = threading.Thread(target=lambda: (time.sleep(0.1), hog.kill()))
    later.start()
    assert epoll.poll(LONG_MS / 1000) == [(fd, select.EPOLLHUP)]
    later.join()
    assert polled(fd) == [select.POLLHUP]
    assert error_of(lambda: os.read(fd, 4096)) == "ESRCH"


def exit_then_the_end():
    hog = Hog()
    fd = hog.notify("exit/occurs/any")
    hog.kill()
    deadline = time.monotonic() + LONG_MS / 1000
    while polled(fd) != [select.POLLIN | select.POLLHUP]:
        assert time.monotonic() < deadline
    assert b" metric=exit " in os.read(fd, 4096)
    assert polled(fd) == [select.POLLHUP]
    assert error_of(lambda: os.read(fd, 4096)) == "ESRCH"


def gather(hog, changes):
    """Makes that many changes of the hog's files, so that their events wait in the file."""
    for change in range(changes):
        hog.tell("fds 10" if change % 2 else "fds 60")
        ticks(3)


def whole_lines_only():
    hog = Hog()
    fd = hog.notify("fds/changes/5")
    gather(hog, 4)
    first = os.read(fd, 400)
    assert first.endswith(b"\n") and first.count(b"\n") in (1, 2), first
    rest = os.read(fd, 4096)
    assert rest.endswith(b"\n"), rest
    seqs = [line.split()[1] for line in (first + rest).splitlines()]
    assert seqs == [b"seq=1", b"seq=2", b"seq=3", b"seq=4"], seqs
    hog.kill()


def a_buffer_smaller_than_a_line():
    hog = Hog()
    fd = hog.notify("fds/changes/5")
    gather(hog, 2)
    text = b""
    while text.count(b"\n") < 2:
        assert polled(fd, 0) == [select.POLLIN], text
        text += os.read(fd, 7)
    assert text.count(b"time=") == 2 and b" seq=1 " in text and b" seq=2 " in text, text
    assert polled(fd, 0) == [] and error_of(lambda: os.read(fd, 7)) == "EAGAIN"
    hog.kill()


def an_unread_state_is_replaced():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    hog.excursion()
    ticks(3)
    hog.calm()
    hog.tell("fds 70")
    ticks(3)
    lines = os.read(fd, 4096).splitlines()
    assert len(lines) == 1 and b" value=70 " in lines[0] and lines[0].endswith(b" lost=0"), lines
    assert polled(fd, 0) == [] and error_of(lambda: os.read(fd, 4096)) == "EAGAIN"
    hog.kill()


def a_dup_shares_the_event():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    other = os.dup(fd)
    hog.excursion()
    assert polled(fd) == polled(other) == [select.POLLIN]
    assert b" seq=1 " in os.read(other, 4096)
    assert error_of(lambda: os.read(fd, 4096)) == "EAGAIN"
    os.close(fd)
    hog.calm()
    hog.excursion()
    assert polled(other) == [select.POLLIN]
    assert b" seq=2 " in os.read(other, 4096)
    hog.kill()


def a_forked_child_shares_the_event():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    pid = os.fork()
    if pid == 0:
        os._exit(0 if polled(fd) == [select.POLLIN] else 1)
    hog.excursion()
    assert polled(fd) == [select.POLLIN]
    assert os.waitpid(pid, 0)[1] == 0
    os.read(fd, 4096)
    hog.kill()


def two_opens_are_two_waiters():
    hog = Hog()
    a, b = hog.notify("fds/above/50"), hog.notify("fds/above/50")
    assert (about("waiters"), about("conditions")) == (2, 1)
    hog.excursion()
    for fd in a, b:
        assert polled(fd) == [select.POLLIN]
        assert b" seq=1 " in os.read(fd, 4096)
    hog.kill()


def poll_on_a_plain_file():
    for name in "about", "bulk", "system/load", "processes/self/rss":
        fd = os.open(f"{TREE}/{name}", os.O_RDONLY)
        assert polled(fd, 0) == [select.POLLIN], name
        epoll = select.epoll()
        epoll.register(fd, select.EPOLLIN)
        assert epoll.poll(0) == [(fd, select.EPOLLIN)]
        os.close(fd)


def nonblocking_follow():
    hog = Hog()
    fd = hog.notify("fds/above/50,follow")
    assert error_of(lambda: os.read(fd, 4096)) == "EAGAIN"
    hog.excursion()
    assert polled(fd) == [select.POLLIN]
    assert b" seq=1 " in os.read(fd, 4096)
    # The flag is the open file's: without it a read waits.
    os.set_blocking(fd, True)
    hog.calm()
    later = threading.Thread(target=lambda: (time.sleep(0.2), hog.excursion()))
    later.start()
    assert b" seq=2 " in os.read(fd, 4096)
    later.join()
    hog.kill()
    assert os.read(fd, 4096) == b""


def close_while_another_thread_polls():
    hog = Hog()
    fd = hog.notify("fds/above/50")
    done = []
    poller = threading.Thread(target=lambda: done.append(polled(fd, 500)))
    poller.start()
    time.sleep(0.1)
    os.close(fd)
    poller.join()
    assert done == [[]] or done == [[select.POLLNVAL]], done
    hog.kill()


if __name__ == "__main__":
    globals()[sys.argv[1]]()
    print("ok")
