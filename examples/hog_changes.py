"""What limit-hogs.py has changed, and the way back.

The file `acts` has a line for each change, noted before it is made. Its fields are those of
`Change`, separated by tabs. In the change of the file `group`, a cgroup was made: `old` is its
directory, and `new` the line by which its members move back to where the hog came from.
"""

import collections
import os
import time

Change = collections.namedtuple("Change", "pid start metric file old new")


class TreeGone(Exception):
    """The tree was unmounted, or its daemon was killed."""


def log(text):
    print(time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), text, flush=True)


def read(path):
    with open(path, encoding="latin1") as file:
        return file.read().rstrip("\n")


class Changes:
    def __init__(self, tree, state):
        self.tree = tree
        self.path = state + "/acts"
        self.all = []
        if os.path.exists(self.path):
            lines = read(self.path).splitlines()
            self.all = [Change(int(pid), *rest) for pid, *rest in (x.split("\t") for x in lines)]

    def save(self):
        with open(self.path + ".new", "w", encoding="latin1") as file:
            file.writelines("\t".join(map(str, change)) + "\n" for change in self.all)
        os.replace(self.path + ".new", self.path)

    def note(self, change):
        self.all.append(change)
        self.save()

    def has(self, pid, metric=None, file=None):
        """Whether a process is limited because of a metric, or in one of its limits."""
        return any(
            change.pid == pid and (change.metric == metric or change.file == file)
            for change in self.all
        )

    def take_back(self, why, pid=None, metric=None):
        """Takes back the changes of one hog, the last one first; without a pid of all."""
        for change in self.all[::-1]:
            if pid is None or (change.pid, change.metric) == (pid, metric):
                if change.file == "group":
                    self.take_back_group(change, why)
                else:
                    self.take_back_limit(change, why)
                self.all.remove(change)
        self.save()

    def limit(self, pid, file):
        return f"{self.tree}/processes/{pid}/limits/{file}"

    def take_back_limit(self, change, why):
        path = self.limit(change.pid, change.file)
        text = f'undo pid={change.pid} limit={change.file} value="{change.old}"'
        try:
            # Opened first: after that the pid can't become another process's without an error.
            fd = os.open(path, os.O_WRONLY)
        except OSError:
            return  # it has ended
        try:
            if read(f"{self.tree}/processes/{change.pid}/start") != change.start:
                return  # another process has the pid now
            if change.new not in read(path).split("\n"):
                log(f"leave pid={change.pid} limit={change.file}: another program changed it")
                return
            os.pwrite(fd, change.old.encode("latin1"), 0)
            log(f"{text}: {why}")
        except OSError as e:
            log(f"{text}: {e.strerror}")
        finally:
            os.close(fd)

    def take_back_group(self, change, why):
        """Moves all members back, and removes the group when the kernel has let go of the last."""
        directory = change.old.encode("latin1")
        for _ in range(100):
            try:
                with open(directory + b"/cgroup.procs", encoding="ascii") as file:
                    for member in file.read().split():
                        self.move_back(member, change)
                os.rmdir(directory)
                break
            except FileNotFoundError:
                break
            except OSError:
                time.sleep(0.1)
        else:
            why = "it is still in use"
        log(f"undo group={change.old}: {why}")

    def move_back(self, member, change):
        path = self.limit(member, "cgroup")
        try:
            fd = os.open(path, os.O_WRONLY)
        except OSError:
            return  # it has ended
        try:
            # Only a process that is in the group after the open is moved.
            if os.path.basename(change.old) in read(path):
                os.pwrite(fd, change.new.encode("latin1"), 0)
        except OSError:
            pass  # it has ended
        finally:
            os.close(fd)
