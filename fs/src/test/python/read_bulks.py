"""Reads many bulks by schema/kifs.py, and prints a line for each, as read-bulks.c does.

usage: read_bulks.py DIRECTORY FILE    kifs.py is in the directory
"""

import struct
import sys

sys.path.insert(0, sys.argv[1])
import kifs  # noqa: E402


def line(data):
    records = texts = 0
    try:
        bulk = kifs.Bulk(data)
        for name, kind in kifs.TYPES.items():
            for record in bulk.records(name) if "absent" in kind.fields else ():
                records += 1
                for text in kind.texts:
                    found = getattr(record, text) or ""
                    texts += len(found.encode("utf-8", "surrogateescape"))
                    kifs.printable(found).encode("ascii")
    except ValueError:
        return "bad"
    return f"{records} {texts}"


with open(sys.argv[2], "rb") as file:
    while header := file.read(4):
        print(line(file.read(struct.unpack("<I", header)[0])))
