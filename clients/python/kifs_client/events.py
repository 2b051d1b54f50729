"""Waits for events of many names at once."""

import errno
import os
import select
import time

_GONE = {errno.ENOTCONN, errno.ECONNABORTED}
_RETRY_SECONDS = 0.2


class TreeGone(Exception):
    """The mount has gone: it was unmounted, or its daemon was killed."""


class _Waiters:
    """Names that are open, in one epoll set."""

    def __init__(self, path, names, again):
        """again -- whether they were open before, so that one of them may have vanished"""
        self.poll = select.epoll()
        self.names = {}
        try:
            for name in names:
                self._open(path, name, again)
        except BaseException:
            self.close()
            raise

    def _open(self, path, name, again):
        try:
            # The open returns at once, and the descriptor becomes readable at the event.
            fd = os.open(os.path.join(path, name), os.O_RDONLY | os.O_NONBLOCK)
        except FileNotFoundError:
            if not again:
                raise
            if not _is_there(path):
                raise TreeGone from None
            return
        self.names[fd] = name
        self.poll.register(fd, select.EPOLLIN)

    def close(self):
        self.poll.close()
        for fd in self.names:
            os.close(fd)

    def events(self):
        """Yields events until all entities have vanished. Raises TreeGone if the mount goes."""
        while self.names:
            for fd, ready in self.poll.poll():
                # An entity that has vanished is EPOLLHUP alone. EPOLLERR says the mount has gone.
                if ready & select.EPOLLERR:
                    raise TreeGone
                if ready & select.EPOLLIN:
                    yield from _read(fd)
                if ready & select.EPOLLHUP:
                    self.poll.unregister(fd)
                    os.close(fd)
                    del self.names[fd]


def _read(fd):
    try:
        lines = os.read(fd, 65536).decode().splitlines()
    except (BlockingIOError, ProcessLookupError):
        return  # another reader was faster, or the entity has vanished: EPOLLHUP follows
    for line in lines:
        yield dict(word.split("=", 1) for word in line.split(" "))


def _is_there(path):
    return os.path.exists(os.path.join(path, "about"))


def events(path, names, reconnect):
    """See Tree.events."""
    left = list(names)
    again = False
    while left:
        waiters = None
        try:
            waiters = _Waiters(path, left, again)
            yield from waiters.events()
            return
        except (TreeGone, OSError) as error:
            if isinstance(error, OSError) and error.errno not in _GONE:
                raise
            if not reconnect:
                raise TreeGone(path) from error
            if waiters:
                left = list(waiters.names.values())
        finally:
            if waiters:
                waiters.close()
        again = True
        # A mount that is going away may still answer for a moment.
        time.sleep(_RETRY_SECONDS)
        while not _is_there(path):
            time.sleep(_RETRY_SECONDS)
