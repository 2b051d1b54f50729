#!/usr/bin/env python3
"""Makes the directories that `run.sh data` and `run.sh host` read, of public data sets.

usage: convert.py CSTCLOUDOPS INTERFUSION EXATHLON OUTPUT

The first three are clones of github.com/CSTCloudOps/datasets (AIOPS and WSD are taken from it),
github.com/zhhlee/InterFusion (ASD and SMD) and github.com/exathlonbenchmark/exathlon (its traces
without faults). A `-` leaves one out. What a clone lacks is reported and left out. It needs numpy.
"""

import io
import os
import pickle
import re
import subprocess
import sys
import zipfile

import numpy as np

# The least difference that matters, for the columns of Exathlon that are converted.
FLOORS = [
    (r"CPU.*%$", 5),
    (r"MEM_", 16),
    (r"DISK(READ|WRITE)", 1024),
    (r"DISKBUSY", 5),
    (r"NET_", 1024),
    (r"PROC_(pswitch|syscall)", 500),
    (r"PROC_(fork|exec)", 50),
    (r"VM_pg", 100),
]


def blob(clone, path):
    command = ["git", "-C", clone, "show", "HEAD:" + path]
    done = subprocess.run(command, capture_output=True)
    return done.stdout if done.returncode == 0 else None


def names(clone, path):
    command = ["git", "-C", clone, "ls-tree", "-r", "--name-only", "HEAD", path]
    return subprocess.check_output(command, text=True).splitlines()


def write(path, times, values, labels):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        for time, value, label in zip(times, values, labels):
            if value == value:
                out.write(f"{int(time)},{float(value)!r},{int(label)}\n")


def array(clone, path):
    data = blob(clone, path)
    return None if data is None else np.load(io.BytesIO(data))


def single(clone, output):
    """AIOPS and WSD: one series a directory, split into two parts."""
    for name in ("AIOPS", "WSD"):
        directories = {os.path.dirname(p) for p in names(clone, f"UTS/{name}")}
        for directory in sorted(directories):
            parts = {}
            for part in ("train", "test"):
                for what in ("", "_label", "_timestamp"):
                    path = f"{directory}/{part}{what}.npy"
                    parts[part + what] = array(clone, path)
            if parts["train"] is None or parts["test"] is None:
                print("not there:", directory)
                continue
            values = np.concatenate([parts["train"], parts["test"]])
            times = 1_500_000_000 + 60 * np.arange(len(values))
            if parts["train_timestamp"] is not None:
                if parts["test_timestamp"] is not None:
                    both = [parts["train_timestamp"], parts["test_timestamp"]]
                    times = np.concatenate(both)
            labels = [
                np.zeros(len(parts[p])) if parts[p + "_label"] is None else parts[p + "_label"]
                for p in ("train", "test")
            ]
            path = f"{output}/{name}/{os.path.basename(directory)}.csv"
            write(path, times, values, np.concatenate(labels))


def hosts(clone, output):
    """ASD and SMD: many figures of a host, with labels for all of them together."""
    tests = [p for p in names(clone, "data/processed") if p.endswith("_test.pkl")]
    for path in tests:
        host = os.path.basename(path)[: -len("_test.pkl")]
        prefix = f"data/processed/{host}"
        parts = [blob(clone, f"{prefix}_{p}.pkl") for p in ("train", "test", "test_label")]
        if None in parts:
            print("not there:", prefix)
            continue
        train, test, label = (pickle.loads(part) for part in parts)
        values = np.concatenate([train, test])
        labels = np.concatenate([np.zeros(len(train)), np.asarray(label).ravel()])
        name, interval = ("ASD", 300) if host.startswith("omi") else ("SMD", 60)
        times = 1_600_000_000 + interval * np.arange(len(values))
        for k in range(values.shape[1]):
            write(f"{output}/{name}/{host}.{k}.csv", times, values[:, k], labels)


def traces(clone, output):
    """Exathlon: the figures of the hosts, from traces in which nothing was disturbed."""
    for path in names(clone, "data/raw"):
        if not re.search(r"\d_0_\d+_\d+\.zip$", path):
            continue
        data = blob(clone, path)
        try:
            archive = zipfile.ZipFile(io.BytesIO(data or b""))
            table = archive.open(archive.infolist()[0])
        except zipfile.BadZipFile:
            print("not there:", path)
            continue
        head = table.readline().decode().strip().split(",")
        floors = {}
        for i, column in enumerate(head):
            fits = [floor for pattern, floor in FLOORS if re.search(pattern, column)]
            if column.startswith("node") and fits and "CPU_ALL_CPUs" not in column:
                floors[i] = fits[0]
        rows = np.genfromtxt(table, delimiter=",", usecols=[0, *floors])
        trace = os.path.basename(path)[:-4]
        for k, (i, floor) in enumerate(floors.items()):
            values = rows[:, k + 1]
            if np.nanmax(values) > np.nanmin(values):
                column = re.sub("[^A-Za-z0-9]", "_", head[i])
                target = f"{output}/Exathlon/{trace}-{column}@{floor}.csv"
                write(target, rows[:, 0], values, np.zeros(len(values)))


def main():
    output = sys.argv[4]
    for convert, clone in zip((single, hosts, traces), sys.argv[1:4]):
        if clone != "-":
            convert(clone, output)


if __name__ == "__main__":
    main()
