"""Reads recordings by schema/kifs.py, and prints for each what read-recording.c does.

usage: read_recording.py DIRECTORY FILE...    kifs.py is in the directory

Where numpy is there, the arrays of the bulks are compared with their records.
"""

import importlib.util
import sys
import zlib

sys.path.insert(0, sys.argv[1])
import kifs  # noqa: E402

HAS_NUMPY = importlib.util.find_spec("numpy") is not None


def check_arrays(bulk):
    for name in "PROCESS", "THREAD", "COMMAND", "FD":
        array = bulk.array(name)
        assert not array.flags.owndata, "the array is a copy"
        records = list(bulk.records(name))
        assert len(array) == len(records)
        for field in "pid", "start_ns":
            if field in kifs.TYPES[name].fields:
                assert array[field].tolist() == [getattr(r, field) or 0 for r in records]


def line(path):
    words = []
    with kifs.Recording(path) as recording:
        problem = recording.problem
        for index, moment in enumerate(recording.moments):
            try:
                bulk = recording.bulk(index)
            except ValueError as error:
                assert str(error).startswith("byte "), error
                problem = error
                break
            data = bulk.data
            words.append(f"{moment.gap_ns} {len(data)} {zlib.crc32(data):08x} ")
        else:
            if recording.moments and HAS_NUMPY and not problem:
                check_arrays(bulk)
                assert recording.at(moment.realtime_ns).data == data
    return "".join(words) + ("bad" if problem else "end")


for file in sys.argv[2:]:
    print(line(file))
