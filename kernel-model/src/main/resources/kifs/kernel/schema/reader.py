"""Reads bulks of kifs, which show a running Linux kernel. Needs Python 3.8 and nothing else.

    import sys; sys.path.insert(0, "/mnt/kernel/schema")
    import kifs

    bulk = kifs.read("/mnt/kernel/bulk")
    for process in bulk.records("PROCESS"):
        print(process.pid, process.comm, process.rss_bytes)

A record is a named tuple of the fields that records.json describes. An absent field is None. Each
text is a field of its own, too: `path` beside `path_offset` and `path_length`. Names and texts are
str as os.fsdecode() makes them from UTF-8: a byte that isn't UTF-8 is a surrogate, and printable()
escapes it. TYPES has the unit of each field, whether it is a counter, and the enum of its values.

A bulk that is cut off or inconsistent is a ValueError that says at which byte. Everything here is
immutable, so threads can share it.
"""

import collections
import enum
import os
import struct

REDACTED = 1  # record_flags: the client may not see every field
INCOMPLETE = 2  # record_flags: the entity vanished, or a read of it would have waited
CUT = 4  # record_flags: a text is cut, and another field says how long the whole text is

TYPES = {}  # each Type by its name: TYPES["PROCESS"]

_HEADER = struct.Struct("<HHI")
_ENTRY = struct.Struct("<HHIQQ")
_CODES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "s32": "i", "s64": "q", "f64": "d"}
_FIRST_READ = 1 << 20
_BYTES_AT, _BYTES = 56, struct.Struct("<Q")

Field = collections.namedtuple("Field", "name offset type unit is_counter values")


class Type:
    """A type of record. Its fields are in the order of their numbers, by name."""

    def __init__(self, tag, name, size, fields):
        self.tag, self.name, self.size = tag, name, size
        self.fields = {field.name: field for field in fields}
        texts = [n[: -len("_offset")] for n in self.fields if n.endswith("_offset")]
        self.texts = [text for text in texts if f"{text}_length" in self.fields]
        self.record = collections.namedtuple(name, [*self.fields, *self.texts, "record_flags"])
        self._absent = list(self.fields).index("absent") if "absent" in self.fields else None
        self._chars = [i for i, field in enumerate(fields) if field.type.startswith("char")]
        self._ends = []
        layout, at = "<", 0
        for field in fields:
            kind, _, count = field.type.rstrip("]").partition("[")
            code = f"{count}s" if count else _CODES[kind]
            layout += f"{field.offset - at}x{code}"
            at = field.offset + struct.calcsize(f"<{code}")
            self._ends.append(at)
        self._struct = struct.Struct(f"{layout}{size - at}x")

    def _decode(self, bulk, at, flags, size):
        data, lacking = bulk.data, 0
        if size < self.size:  # a kifs that is older than this module lacks the last fields
            data, at = data[at : at + size] + bytes(self.size - size), 0
            lacking = sum(1 << i for i, end in enumerate(self._ends) if end > size)
        values = list(self._struct.unpack_from(data, at))
        for i in self._chars:
            values[i] = _decode(values[i].split(b"\0", 1)[0])
        absent = lacking | (0 if self._absent is None else values[self._absent])
        if absent:
            values = [None if absent >> i & 1 else value for i, value in enumerate(values)]
        for text in self.texts:
            at = values[list(self.fields).index(f"{text}_offset")]
            values.append(bulk.text(at, values[list(self.fields).index(f"{text}_length")]))
        return self.record(*values, flags)


class Bulk:
    """A bulk, checked from its first to its last record."""

    def __init__(self, data):
        first = TYPES["SNAPSHOT"]
        if len(data) < first.size or data[8:16] != b"KIFSBULK":
            raise ValueError("byte 0: not a bulk")
        self.data = bytes(data)
        self._runs = {}
        tag, flags, size = _HEADER.unpack_from(self.data)
        self.snapshot = first._decode(self, 0, flags, max(size, first.size))
        if tag != first.tag or self.snapshot.major != 1:
            raise ValueError("byte 0: a bulk of another format")
        if not size <= self.snapshot.bytes <= len(data):
            raise ValueError(f"byte {len(data)}: the bulk is cut off")
        if size < first.size + self.snapshot.entries * _ENTRY.size:
            raise ValueError("byte 22: the directory has no space")
        records = sum(1 for _ in self._walk(0, self.snapshot.bytes))
        if records != self.snapshot.records:
            raise ValueError(f"byte 64: there are {records} records")
        for i in range(self.snapshot.entries):
            entry = first.size + i * _ENTRY.size
            tag, _, _, count, at = _ENTRY.unpack_from(self.data, entry)
            if sum(1 for _ in self._run(tag, at, count)) != count:
                raise ValueError(f"byte {entry}: the directory doesn't fit the records")
            self._runs.setdefault(tag, (at, count))

    def _walk(self, at, end):
        """Yields position, tag, flags and size of each record."""
        while at < end:
            if end - at < _HEADER.size:
                raise ValueError(f"byte {at}: ends within a record")
            tag, flags, size = _HEADER.unpack_from(self.data, at)
            if size < _HEADER.size or size % 8 or size > end - at:
                raise ValueError(f"byte {at}: a record of {size} bytes")
            yield at, tag, flags, size
            at += size

    def _run(self, tag, start, left):
        """Yields the records of a tag that an entry of the directory has."""
        for at, found, flags, size in self._walk(start, self.snapshot.bytes if left else 0):
            if found != tag:
                return
            yield at, flags, size
            left -= 1
            if not left:
                return

    def places(self, name):
        """Yields the position and the size of each record of a type, in bytes of `data`."""
        kind = TYPES[name]
        for at, _, size in self._run(kind.tag, *self._runs.get(kind.tag, (0, 0))):
            yield at, size

    def records(self, name):
        """Yields the records of a type, as named tuples. A bulk may have none of a type."""
        kind = TYPES[name]
        for at, flags, size in self._run(kind.tag, *self._runs.get(kind.tag, (0, 0))):
            if size < min(kind.size, 24):
                raise ValueError(f"byte {at}: a record of {size} bytes")
            yield kind._decode(self, at, flags, size)

    def text(self, offset, length):
        """The text at an offset; None if it is absent, or outside of the bulk."""
        if offset is None or length is None or offset < TYPES["SNAPSHOT"].size:
            return None
        end = offset + length
        if end >= self.snapshot.bytes or self.data[end]:  # a NUL follows each text
            return None
        return _decode(self.data[offset:end])


def _decode(raw):
    return raw.decode("utf-8", "surrogateescape")


def printable(text):
    """Escapes what could upset a terminal, and bytes that aren't UTF-8, as \\x1b."""
    raw = text.encode("utf-8", "surrogateescape")
    return "".join(chr(b) if 32 <= b < 127 and b != 92 else f"\\x{b:02x}" for b in raw)


def read(file):
    """Reads a whole bulk: a new snapshot of it each time.

    file: a path, or the descriptor of an open bulk. An OSError with errno ENOTCONN or ECONNABORTED
    says that the tree is no longer mounted.
    """
    if not isinstance(file, int):
        fd = os.open(file, os.O_RDONLY | os.O_CLOEXEC)
        try:
            return read(fd)
        finally:
            os.close(fd)
    data = bytearray(os.pread(file, _FIRST_READ, 0))
    whole = _BYTES.unpack_from(data, _BYTES_AT)[0] if len(data) >= _BYTES_AT + 8 else 0
    while len(data) < whole:
        more = os.pread(file, min(whole - len(data), 1 << 26), len(data))
        if not more:
            break
        data += more
    return Bulk(data)


def _type(tag, name, size, *fields):
    TYPES[name] = Type(tag, name, size, [Field(*field) for field in fields])


def _values(name, **numbers):
    return enum.IntEnum(name, numbers)
