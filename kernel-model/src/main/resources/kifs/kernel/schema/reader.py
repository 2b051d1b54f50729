"""Reads bulks of kifs, which show a running Linux kernel. Needs Python 3.8 and nothing else:
arrays need numpy, and recordings the library libzstd.

    import sys; sys.path.insert(0, "/mnt/kernel/schema")
    import kifs

    bulk = kifs.read("/mnt/kernel/bulk")
    for process in bulk.records("PROCESS"):
        print(process.pid, process.comm, process.rss_bytes)

    with kifs.Recording("incident.kifsrec") as recording:
        for bulk in recording:
            print(bulk.snapshot.realtime_ns, bulk.array("PROCESS").rss_bytes.sum())

A record is a named tuple of the fields that records.json describes. An absent field is None. Each
text is a field of its own, too: `path` beside `path_offset` and `path_length`. Names and texts are
str as os.fsdecode() makes them from UTF-8: a byte that isn't UTF-8 is a surrogate, and printable()
escapes it. TYPES has the unit of each field, whether it is a counter, and the enum of its values.

A bulk that is cut off or inconsistent is a ValueError that says at which byte. Everything here is
immutable, so threads can share it.
"""

import collections
import ctypes
import enum
import os
import struct
import zlib

REDACTED = 1  # record_flags: the client may not see every field
INCOMPLETE = 2  # record_flags: the entity vanished, or a read of it would have waited
CUT = 4  # record_flags: a text is cut, and another field says how long the whole text is
CHANGED = 8  # record_flags of SNAPSHOT: the bulk has only what differs, see Table

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

    def _decode(self, bulk, at, flags, size, data=None):
        data, lacking = bulk.data if data is None else data, 0
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

    def array(self, name):
        """The records of a type as a numpy array that shares the bulk's memory; see numpy.recarray.

        Absent fields hold 0; the field `absent` has a bit for each. Texts are by text(). Needs
        numpy, and records that have one size.
        """
        import numpy

        kind = TYPES[name]
        start, count = self._runs.get(kind.tag, (0, 0))
        sizes = {size for _, _, size in self._run(kind.tag, start, count)}
        if len(sizes) > 1 or any(size < kind.size for size in sizes):
            raise ValueError(f"byte {start}: records of {sorted(sizes)} bytes")
        numbers = {"u": "u", "s": "i", "f": "f"}
        formats = []
        for field in kind.fields.values():
            word, _, repeat = field.type.rstrip("]").partition("[")
            if word == "char":
                formats.append(f"S{repeat}")
            else:
                number = f"<{numbers[word[0]]}{int(word[1:]) // 8}"
                formats.append((number, (int(repeat),)) if repeat else number)
        layout = numpy.dtype(
            {
                "names": list(kind.fields),
                "formats": formats,
                "offsets": [field.offset for field in kind.fields.values()],
                "itemsize": sizes.pop() if sizes else kind.size,
            }
        )
        return numpy.frombuffer(self.data, layout, count, start).view(numpy.recarray)

    def text(self, offset, length):
        """The text at an offset; None if it is absent, or outside of the bulk."""
        if offset is None or length is None or offset < TYPES["SNAPSHOT"].size:
            return None
        end = offset + length
        if end >= self.snapshot.bytes or self.data[end]:  # a NUL follows each text
            return None
        return _decode(self.data[offset:end])


class Table:
    """What a whole bulk would have now, kept up to date from `bulk?changed`. Not thread-safe.

        table = kifs.Table()
        with open("/mnt/kernel/processes/bulk?changed", "rb", buffering=0) as file:
            while True:
                table.apply(kifs.read(file.fileno()))
                print(len(table.records["PROCESS"]))
                time.sleep(1)

    records has a dict for each type of record by its name. The keys are tuples of the fields of
    KEYS. So table.records["PROCESS"][(1,)] is the record of process 1.
    """

    KEYS = {
        "SYSTEM": (),
        "CPU": ("cpu",),
        "PROCESS": ("pid",),
        "THREAD": ("pid", "tid"),
        "COMMAND": ("pid",),
        "LIMITS": ("pid",),
        "TOTAL": (),
        "FD": ("pid", "tid", "fd"),
        "SHM": ("id",),
        "SHM_USER": ("id", "pid"),
        "CGROUP": ("id",),
        "BASELINE": ("pid", "tid"),
        "THREAD_BASELINE": ("pid", "tid"),
    }

    def __init__(self):
        self.sequence = None
        self.records = collections.defaultdict(dict)

    def apply(self, bulk):
        """Applies the next bulk, a whole or a changed one.

        A changed bulk that is a difference from another bulk than the last one is a ValueError. It
        says that a bulk was missed: close the file, and begin with another one.
        """
        if bulk.snapshot.record_flags & CHANGED:
            (changes,) = bulk.records("CHANGES")
            if changes.since_sequence != self.sequence:
                raise ValueError(f"a bulk is missing: {changes.since_sequence} was not applied")
            for gone in bulk.records("GONE"):
                self._remove(gone)
        else:
            self.records.clear()
        for name in TYPES:
            if name == "WAIT" or name in self.KEYS:
                for number, record in enumerate(bulk.records(name)):
                    key = tuple(getattr(record, field) for field in self.KEYS.get(name, ()))
                    self.records[name][(number,) if name == "WAIT" else key] = record
        self.sequence = bulk.snapshot.sequence

    def _remove(self, gone):
        name = next((name for name, kind in TYPES.items() if kind.tag == gone.kind), None)
        if name == "WAIT":  # it has no key, so all of them are removed
            self.records[name].clear()
        elif name in self.KEYS:
            key = (getattr(gone, f if f in ("pid", "tid") else "id") for f in self.KEYS[name])
            self.records[name].pop(tuple(key), None)


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


_BLOCK = struct.Struct("<8sHHHHqQQQIIII")
_WHOLE, _DIFFERENCE, _GAP = 1, 2, 3
_MAX_BYTES = 1 << 30
_SMALL_BYTES = 16 << 20

Moment = collections.namedtuple("Moment", "realtime_ns gap_ns gap_cause")
Moment.__doc__ = (
    "When a bulk was taken, and how long and why none was before it: see docs/format.md"
)


class Recording:
    """A recording, or bulks one after another. Bulks can be read in any order.

    with kifs.Recording("incident.kifsrec") as recording:
        for bulk in recording:
            print(bulk.snapshot.realtime_ns, sum(p.rss_bytes or 0 for p in bulk.records("PROCESS")))

    `moments` has a Moment for each bulk. `problem` is None, or what is wrong after the last
    moment: a file that is still recorded may end within a block. A block that is damaged is a
    ValueError with the place when its bulk is asked for. Not thread-safe.
    """

    def __init__(self, path):
        self._fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._blocks, self._last = [], (-1, None)
        self._end, self._gap = 0, (0, 0)
        self.moments, self.problem = [], None
        self.refresh()

    def refresh(self):
        """Finds the bulks that were added to the file since."""
        self.problem = None
        size = os.fstat(self._fd).st_size
        try:
            while self._end < size:
                self._end = self._index(self._end, size)
        except ValueError as problem:
            self.problem = str(problem)

    def _index(self, start, size):
        header = os.pread(self._fd, TYPES["SNAPSHOT"].size, start)
        if header[:8] != b"KIFSBLCK":
            return self._index_bulk(start, size, header)
        block = _block(header, start)
        _, _, _, kind, _, realtime_ns, stored, _, value, _, cause, _, _ = block
        end = start + _BLOCK.size + (stored + 7 & ~7)
        if end > size:
            raise ValueError(f"byte {size}: ends within a block")
        if kind == _GAP:
            self._gap = (value, cause)
        else:
            self._add(realtime_ns, (start, block))
        return end

    def _index_bulk(self, start, size, header):
        first = TYPES["SNAPSHOT"]
        if len(header) < first.size or header[8:16] != b"KIFSBULK":
            raise ValueError(f"byte {start}: neither a block nor a bulk")
        snapshot = first._decode(None, 0, 0, first.size, header)
        if not first.size <= snapshot.bytes <= min(size - start, _MAX_BYTES):
            raise ValueError(f"byte {size}: ends within a bulk")
        self._add(snapshot.realtime_ns, (start, snapshot.bytes))
        return start + snapshot.bytes

    def _add(self, realtime_ns, place):
        self.moments.append(Moment(realtime_ns, *self._gap))
        self._blocks.append(place)
        self._gap = (0, 0)

    def _is_whole(self, index):
        block = self._blocks[index][1]
        return isinstance(block, int) or block[3] == _WHOLE

    def bulk(self, index):
        """The bulk of moments[index]."""
        index = range(len(self.moments))[index]
        done, data = self._last
        first = index
        while first > 0 and first != done + 1 and not self._is_whole(first):
            first -= 1
        if first != done + 1:
            data = None
        if index == done:
            return Bulk(self._last[1])
        self._last = (-1, None)
        for i in range(first, index + 1):
            data = self._data(i, data)
        self._last = (index, data)
        return Bulk(data)

    def at(self, realtime_ns):
        """The last bulk at or before a time, in ns since 1970; None if there is none."""
        for i in range(len(self.moments) - 1, -1, -1):
            if self.moments[i].realtime_ns <= realtime_ns:
                return self.bulk(i)
        return None

    def _data(self, index, before):
        start, block = self._blocks[index]
        if isinstance(block, int):
            return os.pread(self._fd, block, start)
        _, _, _, kind, flags, _, stored, plain, value, crc, _, _, _ = block
        payload = os.pread(self._fd, stored, start + _BLOCK.size)
        if len(payload) < stored or zlib.crc32(payload) != crc:
            raise ValueError(f"byte {start + _BLOCK.size}: wrong checksum of a payload")
        if flags & 1:
            payload = _decompress(payload, plain, start)
        if kind == _DIFFERENCE:
            if before is None:
                raise ValueError(f"byte {start}: a difference without a bulk before it")
            payload = _apply(before, payload, value, start)
        if len(payload) != value:
            raise ValueError(f"byte {start}: a bulk of {len(payload)} bytes")
        return payload

    def __iter__(self):
        return (self.bulk(i) for i in range(len(self.moments)))

    def __len__(self):
        return len(self.moments)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.close()

    def close(self):
        os.close(self._fd)


def _block(header, start):
    if len(header) < _BLOCK.size:
        raise ValueError(f"byte {start + len(header)}: ends within a header")
    block = _BLOCK.unpack_from(header)
    _, major, _, kind, flags, _, stored, plain, value, _, _, _, crc = block
    if major != 1:
        raise ValueError(f"byte {start + 8}: a recording of format {major}")
    if zlib.crc32(header[: _BLOCK.size - 4]) != crc:
        raise ValueError(f"byte {start + 60}: wrong checksum of a header")
    if kind not in (_WHOLE, _DIFFERENCE, _GAP):
        raise ValueError(f"byte {start + 12}: an unknown kind of block")
    most = max(_SMALL_BYTES, stored * 64) if flags & 1 else stored
    if stored > _MAX_BYTES or plain > min(most, _MAX_BYTES):
        raise ValueError(f"byte {start + 24}: an impossible size")
    if kind != _GAP and value > _MAX_BYTES:
        raise ValueError(f"byte {start + 40}: an impossible size")
    return block


def _apply(before, change, size, start):
    """The bulk that a difference makes of the one before."""
    if size > len(before) + len(change):
        raise ValueError(f"byte {start + 40}: an impossible size")
    parts, at, end, total = [], 0, 0, 0
    while at < len(change):
        if len(change) - at < 12:
            raise ValueError(f"byte {start}: a difference ends within an operation")
        copy, copied, taken = struct.unpack_from("<III", change, at)
        at += 12
        if copy < end or copy + copied > len(before) or taken > len(change) - at:
            raise ValueError(f"byte {start}: an operation of a difference runs past an end")
        parts += before[copy : copy + copied], change[at : at + taken]
        total += copied + taken
        at += taken
        end = copy + copied
    if total != size:
        raise ValueError(f"byte {start}: a difference makes {total} bytes")
    return b"".join(parts)


def _decompress(frame, size, start):
    """Decompresses a zstd frame of a known size by the library of the system."""
    global _zstd
    if _zstd is None:
        _zstd = ctypes.CDLL("libzstd.so.1")
        _zstd.ZSTD_decompress.restype = ctypes.c_size_t
        _zstd.ZSTD_isError.argtypes = [ctypes.c_size_t]
        words = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_char_p, ctypes.c_size_t]
        _zstd.ZSTD_decompress.argtypes = words
    plain = ctypes.create_string_buffer(max(size, 1))
    got = _zstd.ZSTD_decompress(plain, size, frame, len(frame))
    if _zstd.ZSTD_isError(got) or got != size:
        raise ValueError(f"byte {start + _BLOCK.size}: a payload can't be decompressed")
    return plain.raw[:size]


_zstd = None


def _type(tag, name, size, *fields):
    TYPES[name] = Type(tag, name, size, [Field(*field) for field in fields])


def _values(name, **numbers):
    return enum.IntEnum(name, numbers)
