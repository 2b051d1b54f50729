package kifs.fs.mounted;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import kifs.testing.Await;

/** A cgroup that bounds the number of threads of one process. */
final class PidsCgroup implements AutoCloseable {
  private static final Path MOUNTED = Path.of("/sys/fs/cgroup");

  private final Path parent;
  private final Path directory;
  private final long pid;

  private PidsCgroup(Path parent, long pid) throws IOException {
    this.parent = parent;
    this.pid = pid;
    directory = Files.createDirectory(parent.resolve("kifs-test-" + pid));
  }

  /** Moves a process into a new cgroup, of version 1 or 2. */
  static PidsCgroup of(long pid) throws IOException {
    Path first = MOUNTED.resolve("pids");
    Path parent = Files.exists(first) ? first : MOUNTED;
    if (parent == MOUNTED) {
      Files.writeString(MOUNTED.resolve("cgroup.subtree_control"), "+pids");
    }
    PidsCgroup cgroup = new PidsCgroup(parent, pid);
    Files.writeString(cgroup.directory.resolve("cgroup.procs"), Long.toString(pid));
    return cgroup;
  }

  /** From now on the kernel refuses further threads. */
  void allowNoMore() throws IOException {
    try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
      Files.writeString(directory.resolve("pids.max"), Long.toString(threads.count()));
    }
  }

  void allowAll() throws IOException {
    Files.writeString(directory.resolve("pids.max"), "max");
  }

  /** Moves the process back if it still runs, and removes the cgroup. */
  @Override
  public void close() throws IOException {
    if (Files.exists(Path.of("/proc/" + pid))) {
      Files.writeString(parent.resolve("cgroup.procs"), Long.toString(pid));
    }
    Await.until("the cgroup is empty", () -> directory.toFile().delete());
  }
}
