"""Opens malformed names in notify/, for every metric of every kind of entity.

usage: hostile_names.py MOUNTPOINT

The script derives what must be refused from schema/metrics and from the manual alone. It prints
each name that got a wrong answer, with the answer, and then how many names it tried.
"""

import errno
import os
import sys
import time

TREE, ME = sys.argv[1], os.getpid()
LONGEST_S = 5
PREDICATES = {
    "gauge": ["above", "below", "changes", "falls", "rises"],
    "rate": ["above", "below", "changes", "falls", "rises"],
    "state": ["changes", "occurs"],
    "event": ["occurs"],
}
SUFFIXES = {
    "bytes": "KMGT",
    "bytes/s": "KMGT",
    "count": "KMGT",
    "1/s": "KMGT",
    "%": ["%"],
    "s": ["ms", "s", "m", "h"],
    "spreads": [],
}
SIGNED = {"priority", "nice", "rss.rate"}
JUNK = """
    +1 1e3 0x10 1. .5 1..2 1.2.3 NaN inf Infinity 1KB 1k 1P 1MM % M s 1%% 1M% 1;2 1:2 1|2
    $(reboot) `id` --1 1- - -% 1, 1,,follow ,follow , 1,follow,follow 1,follow= 1,follow=1 1,for
    1,for= 1,for=-1 1,for=1,for=2 1,for=1K 1,for=any 1,for=1% 1,for=31000000 1,for=99999999h
    1,Follow 1,= 1,=1 1,wait=1 1,for=1s=2 1,for==1 1,over 1,over= 1,over=-1 1,over=0 1,over=1K
    1,over=NaN 1,clear 1,clear= 1,clear=x 1,clear=1e3 1,for=1ss 1,for=1S ANY any, any,any follow
    for=1s %31 %2e%2e 1%2C \u0661 \uff11 \u221e \u00e9 \u202e1 1\u200b
""".split() + [
    "1\u00a0",
    "1 ",
    " 1",
    "1\t",
    "1\n",
    "1\\0",
    "\x01",
    "9" * 19,
    "9" * 255,
    "1" + "0" * 900,
    "1," + "x" * 900,
]
tried, wrong = 0, 0


def answer(name):
    began = time.monotonic()
    try:
        os.close(os.open(os.fsencode(f"{TREE}/{name}"), os.O_RDONLY | os.O_NONBLOCK))
        given = "ok"
    except OSError as e:
        given = errno.errorcode[e.errno]
    return given if time.monotonic() - began < LONGEST_S else f"{given} late"


def expect(expected, name):
    global tried, wrong
    tried += 1
    given = answer(name)
    if given not in expected.split():
        wrong += 1
        print(f"{given} instead of {expected}: {name!r}")


def bad_figures(metric, level, predicate):
    """Yields values and options that don't fit a gauge or a rate."""
    unit, shared = metric["unit"], level.endswith("sum")
    percent = metric["percent"] == "yes"
    for suffix in "K", "M", "G", "T", "ms", "s", "m", "h", "%":
        # A sum accepts % only where the limit is the host's. The table doesn't say which metrics
        # these are, so % is not tried where the metric accepts it for one entity.
        if suffix not in SUFFIXES[unit] and not (suffix == "%" and percent):
            yield f"1{suffix}"
    if metric["nature"] == "gauge":
        yield "10,over=1s"
    if predicate == "changes":
        yield from ("0", "0.0", "-1", "1,clear=1", "any,clear=1", "1,for=1s", "any,for=1s")
        return
    if metric["name"] not in SIGNED:
        yield "-1"
    exceeding = "11 10.0001" if predicate in ("above", "rises") else "9 9.9999"
    for clear in exceeding.split():
        yield f"10,clear={clear}"
    if percent and unit != "%" and not shared:
        yield from ("10%,clear=10", "10,clear=10%")


def bad_letters(predicate):
    if predicate == "changes":
        return "D", "R", "1", "any,for=1s", "any,over=1s", "any,clear=1"
    return "any", "d", "DD", "Q", "1", "D,clear=D", "D,clear=1", "D,over=1s", "D,for=x", "D%"


def attack(metric, level, place, places):
    """Tries the names of a metric at one of the places that have it.

    Names that every place must refuse in the same way are divided among the places.
    """
    notify = f"{level}/notify"
    base = f"{notify}/{metric['name']}"
    if metric["name"] not in os.listdir(f"{TREE}/{notify}"):
        expect("ENOENT", f"{base}/above/1")
        return
    known = PREDICATES[metric["nature"]]
    for predicate in "above", "below", "changes", "falls", "rises", "occurs", "ABOVE", "over", "==":
        if predicate not in known:
            expect("ENOENT", f"{base}/{predicate}/1")
    for i, junk in enumerate(JUNK):
        if i % places == place:
            expect("EINVAL", f"{base}/{known[i % len(known)]}/{junk}")
    for predicate in known if place == 0 else set(known) & {"above", "changes", "occurs"}:
        if metric["nature"] == "state":
            values = bad_letters(predicate)
        elif metric["nature"] == "event":
            values = "1", "0", "any,for=1s", "any,over=1s", "any,clear=0"
        else:
            values = bad_figures(metric, level, predicate)
        for value in values:
            expect("EINVAL", f"{base}/{predicate}/{value}")
    expect("ENAMETOOLONG", f"{base}/{known[0]}/{'1' * 10240}")
    expect("ENAMETOOLONG", f"{base}/{known[0]}/1{',follow' * 1500}")
    expect("ENOTDIR ENOENT EINVAL", f"{base}/{known[0]}/1/2")


def main():
    shm = [name for name in os.listdir(f"{TREE}/shm") if os.path.isdir(f"{TREE}/shm/{name}/notify")]
    shm = [name for name in shm if name not in ("each", "sum")]
    levels = {
        "process": [f"processes/{ME}", "processes/each", "processes/sum"],
        "thread": [f"processes/{ME}/threads/{name}" for name in (ME, "each", "sum")],
        "system": ["system"],
        "locks": ["locks"],
        "shm": ["shm/each", "shm/sum"] + [f"shm/{name}" for name in shm[:1]],
    }
    with open(f"{TREE}/schema/metrics") as table:
        head, *rows = [line.rstrip("\n").split("\t") for line in table]
    for row in rows:
        metric = dict(zip(head, row))
        for kind, places in levels.items():
            for place, level in enumerate(places):
                if kind in metric["entities"].split(","):
                    attack(metric, level, place, len(places))
                else:
                    expect("ENOENT", f"{level}/notify/{metric['name']}/above/1")
    for raw in b"\xff", b"1\xff", b"\xc3\x28", b"1,\xff=1", b"1\x7f", b"\xed\xa0\x80":
        name = os.fsdecode(raw)
        expect("EINVAL", f"processes/{ME}/notify/rss/above/{name}")
        expect("ENOENT", f"processes/{ME}/notify/{name}/above/1")
        expect("ENOENT", f"processes/{ME}/notify/rss/{name}/1")
    print(f"{tried} tried, {wrong} wrong")


if __name__ == "__main__":
    main()
