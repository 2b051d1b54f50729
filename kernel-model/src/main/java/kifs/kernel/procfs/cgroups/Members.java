package kifs.kernel.procfs.cgroups;

import java.nio.charset.StandardCharsets;
import java.util.TreeSet;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Scan;

/**
 * Finds the processes in a cgroup itself, by {@code cgroup.procs}. Not thread-safe: it uses one
 * scan.
 */
final class Members {
  private static final FileName PROCESSES = new FileName("cgroup.procs");

  /** In a threaded group the kernel refuses cgroup.procs. */
  private static final FileName THREADS = new FileName("cgroup.threads");

  private static final byte[] TGID = "Tgid:".getBytes(StandardCharsets.US_ASCII);

  private final Hierarchies hierarchies;
  private final Scan scan;
  private final int procRoot;

  /**
   * @param procRoot the open root of /proc
   */
  Members(Hierarchies hierarchies, Scan scan, int procRoot) {
    this.hierarchies = hierarchies;
    this.scan = scan;
    this.procRoot = procRoot;
  }

  /** The pids of the processes in a group, in any hierarchy; ascending. */
  int[] of(String path) {
    TreeSet<Integer> pids = new TreeSet<>();
    for (Hierarchy hierarchy : hierarchies.all()) {
      int fd = hierarchy.open(scan, path);
      if (fd >= 0) {
        add(fd, pids);
        Syscalls.close(fd);
      }
    }
    return pids.stream().mapToInt(pid -> pid).toArray();
  }

  private void add(int directory, TreeSet<Integer> pids) {
    scan.inDirectory(directory);
    if (scan.loadWhole(PROCESSES) != -Syscalls.EOPNOTSUPP) {
      pids.addAll(numbers(scan.cursor));
      return;
    }
    if (scan.loadWhole(THREADS) < 0) {
      return;
    }
    for (int tid : numbers(scan.cursor)) {
      int pid = process(tid);
      if (pid > 0) {
        pids.add(pid);
      }
    }
  }

  /** The numbers in a text, one a line. 0 is a process of another pid namespace, and left out. */
  private static TreeSet<Integer> numbers(ByteCursor in) {
    TreeSet<Integer> numbers = new TreeSet<>();
    do {
      if (in.number() && in.value() > 0 && in.value() <= Integer.MAX_VALUE) {
        numbers.add((int) in.value());
      }
    } while (in.nextLine());
    return numbers;
  }

  /** The process of a thread; -1 if the thread has vanished. */
  private int process(int tid) {
    scan.inEntry(procRoot, tid);
    return scan.load(FileName.STATUS) < 0 ? -1 : (int) scan.cursor.numberAfter(TGID);
  }
}
