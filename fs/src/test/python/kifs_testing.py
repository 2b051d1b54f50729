"""Shared by the test scripts: figures of `about`, a decoder of bulks and of events, and a hog."""

import errno
import json
import os
import re
import shlex
import struct
import subprocess

LETTERS = dict(u8="B", u16="H", u32="I", u64="Q", s32="i", s64="q", f64="d")


def about(tree, key):
    """Returns the value of one line of the file `about`, as text."""
    with open(f"{tree}/about") as file:
        for line in file:
            name, _, value = line.rstrip("\n").partition("=")
            if name == key:
                return value
    raise KeyError(key)


def error_of(function):
    """Returns the name of the error with which a call fails; None if it succeeds."""
    try:
        function()
        return None
    except OSError as error:
        return errno.errorcode[error.errno]


def event(line):
    """Returns the fields of an event by name. Values that could be misread are in double quotes."""
    words = shlex.shlex(line, posix=True)
    words.whitespace_split = True
    words.commenters = ""
    words.quotes = '"'
    return dict(word.split("=", 1) for word in words)


def schema(tree):
    """Returns the record types of schema/records.json by tag, with a `struct` for each field."""
    with open(f"{tree}/schema/records.json") as file:
        types = json.load(file)["records"]
    for field in (field for record in types for field in record["fields"]):
        kind, count = re.fullmatch(r"(\w+)(?:\[(\d+)\])?", field["type"]).groups()
        field["struct"] = struct.Struct(
            "<" + (count or "") + ("s" if kind == "char" else LETTERS[kind])
        )
    return {record["tag"]: record for record in types}


def decode(bulk, types, names=None):
    """Yields the name and the fields of each record, in the order of the bulk.

    An absent field is None, and its bytes must be 0. Text is bytes without the padding, and an
    array is a tuple. If names is given, only records of these names are decoded.
    """
    at = 0
    while at < len(bulk):
        tag, _, size = struct.unpack_from("<HHI", bulk, at)
        record = types[tag]
        assert size % 8 == 0 and size >= record["size"], (record["name"], size)
        if names is None or record["name"] in names:
            yield record["name"], _fields(bulk, at, size, record)
        at += size
    assert at == len(bulk), (at, len(bulk))


def _fields(bulk, at, size, record):
    has_absent = record["name"] not in ("SNAPSHOT", "TEXT")
    absent = struct.unpack_from("<Q", bulk, at + 16)[0] if has_absent else 0
    values = {}
    for field in record["fields"]:
        assert field["offset"] + field["struct"].size <= size, (record["name"], field["name"])
        value = field["struct"].unpack_from(bulk, at + field["offset"])
        value = value[0] if len(value) == 1 else value
        if isinstance(value, bytes):
            value = value.rstrip(b"\0")
        if absent >> field["number"] & 1:
            assert not (any(value) if isinstance(value, (bytes, tuple)) else value), (
                record["name"],
                field["name"],
            )
            value = None
        values[field["name"]] = value
    return values


class Hog:
    """A running test-data/programs/hog. It executes orders, and answers when each is done."""

    def __init__(self, program, tree):
        self.tree = tree
        self.process = subprocess.Popen(
            [program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.pid = self.process.pid
        assert self.process.stdout.readline().startswith("ready")

    def tell(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        assert self.process.stdout.readline() == f"ok {line}\n"

    def notify(self, name, flags=os.O_NONBLOCK):
        """Opens a condition on the hog; returns the descriptor."""
        return os.open(f"{self.tree}/processes/{self.pid}/notify/{name}", os.O_RDONLY | flags)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self):
        """Closes the hog's stdin, so that it ends by itself, and waits for its end."""
        self.process.stdin.close()
        self.process.wait()
