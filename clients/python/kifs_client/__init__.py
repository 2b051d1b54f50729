"""Reads a mount of kifs: bulks, a table of what there is, and events. Needs Python 3.8 alone.

    from kifs_client import Tree

    tree = Tree("/mnt/kernel")
    for process in tree.bulk("tags=process").records("PROCESS"):
        print(process.pid, process.comm, process.rss_bytes)
    for event in tree.events("processes/each/notify/rss/above/8G"):
        print(event["comm"], event["value"])

The module that decodes bulks is the mount's own, schema/kifs.py, so it fits the bulks. Nothing here
is thread-safe, but threads may have a Tree each.
"""

import importlib.util
import os

from .events import TreeGone, events
from .table import Table

__all__ = ["Table", "Tree", "TreeGone"]


class Tree:
    """A mount of kifs.

    An OSError with ENOTCONN says that the mount has gone; a Tree can be used again when it is back.
    """

    def __init__(self, path="/mnt/kernel"):
        self.path = os.fspath(path)
        self._schema = None

    @property
    def schema(self):
        """The mount's module schema/kifs.py: types of records, and the reader of bulks."""
        if self._schema is None:
            spec = importlib.util.spec_from_file_location(
                "kifs_client.schema", os.path.join(self.path, "schema", "kifs.py")
            )
            self._schema = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(self._schema)
        return self._schema

    def bulk(self, query="", below=""):
        """Takes a snapshot.

        query -- what follows the question mark of bulk?QUERY, such as "tags=process&uid=1000"
        below -- the directory whose bulk is read, such as "processes/1234"
        """
        name = "bulk?" + query if query else "bulk"
        return self.schema.read(os.path.join(self.path, below, name))

    def table(self, query="", below=""):
        """A Table of the records that such a bulk has. Close it, or use it in a with statement."""
        return Table(self.schema, os.path.join(self.path, below, "bulk"), query)

    def events(self, *names, reconnect=False):
        """Yields the events of names below the mountpoint, each as a dict of its fields.

        It ends when all entities of the names have vanished. If the mount goes away, it raises
        TreeGone, or with reconnect waits until the mount is back. Then `above` and `below` report
        an excursion that is under way, so none is lost.
        """
        return events(self.path, names, reconnect)

    def array(self, bulk, name):
        """The records of a type as a numpy structured array that shares the bulk's memory.

        A field that is absent in a record holds 0; the bits of the field `absent` say which are.
        """
        import numpy

        kind = self.schema.TYPES[name]
        places = list(bulk.places(name))
        at, size = places[0] if places else (0, kind.size)
        fields = [field for field in kind.fields.values() if _end(field) <= size]
        layout = {
            "names": [field.name for field in fields],
            "formats": [_format(field) for field in fields],
            "offsets": [field.offset for field in fields],
            "itemsize": size,
        }
        return numpy.frombuffer(bulk.data, numpy.dtype(layout), len(places), at)


_FORMATS = {"u8": "u1", "u16": "<u2", "u32": "<u4", "u64": "<u8"}
_FORMATS.update({"s32": "<i4", "s64": "<i8", "f64": "<f8"})


def _format(field):
    word, _, count = field.type.rstrip("]").partition("[")
    return f"S{count}" if word == "char" else f"{count}{_FORMATS[word]}"


def _end(field):
    import numpy

    return field.offset + numpy.dtype(_format(field)).itemsize
