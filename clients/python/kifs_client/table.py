"""Keeps a table of records up to date."""

import errno
import os

_IDS = ("id", "pid", "tid", "fd", "cpu")


class Table:
    """The records of a bulk by their keys, as of the last update. Not thread-safe.

        with tree.table("tags=process") as table:
            table.update()
            print(table.records["PROCESS"][(1,)].comm)

    records -- a dict for each type of record by its name. A key is a tuple of those of id, pid,
        tid, fd and cpu that the type has, in this order; of a wait, its number in the bulk
    """

    def __init__(self, schema, path, query):
        self._schema = schema
        self._path = path
        self._query = query
        self.records = {}
        self._open()

    def _open(self):
        self._changed = None
        if hasattr(self._schema, "Table"):
            query = "changed&" + self._query if self._query else "changed"
            try:
                self._fd = os.open(self._path + "?" + query, os.O_RDONLY)
                self._changed = self._schema.Table()
                return
            except OSError as error:
                if error.errno != errno.EINVAL:
                    raise
                # This mount has no changed bulks.
        self._fd = os.open(self._path + ("?" + self._query if self._query else ""), os.O_RDONLY)

    def update(self):
        """Takes a snapshot, and applies it. Returns self.

        After a mount has gone and come back, this begins anew with the new mount. An OSError with
        ENOTCONN or ENOENT says that nothing is mounted.
        """
        try:
            bulk = self._schema.read(self._fd)
        except OSError as error:
            if error.errno not in (errno.ENOTCONN, errno.ECONNABORTED):
                raise
            old = self._fd
            self._open()
            os.close(old)
            bulk = self._schema.read(self._fd)
        if self._changed is not None:
            self._changed.apply(bulk)
            self.records = self._changed.records
        else:
            self.records = {name: _by_key(bulk, kind) for name, kind in self._schema.TYPES.items()}
        return self

    def close(self):
        os.close(self._fd)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def _by_key(bulk, kind):
    if kind.name in ("SNAPSHOT", "TEXT"):
        return {}
    ids = [name for name in _IDS if name in kind.fields]
    by_number = kind.name == "WAIT"
    return {
        (number,) if by_number else tuple(getattr(record, name) for name in ids): record
        for number, record in enumerate(bulk.records(kind.name))
    }
