package kifs.kernel.procfs.scan;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/**
 * Finds the threads of a process that have a file table of their own, which unshare(2) makes. Only
 * kcmp(2) tells them from the others. Not thread-safe.
 */
public final class FileTables {
  private static final int[] NONE = {};

  /** Links of the directory {@code task} besides one for each thread. */
  private static final int LINKS = 2;

  private final boolean live;
  private final IdList tids = new IdList();
  private final IdList fds = new IdList();

  /** Receives a file table. */
  @FunctionalInterface
  public interface Visit {
    /**
     * @param links the open directory {@code fd} of the table, closed after the visit; names are
     *     relative to the directory that contains it
     * @param fds all fds of the table, ascending; valid during the call
     * @param tid the thread that has the table for itself; 0: the process's threads share it
     */
    void table(int links, IdList fds, int tid);
  }

  /**
   * @param live whether the files of /proc are those of the running kernel; if not, no thread is
   *     found
   */
  public FileTables(boolean live) {
    this.live = live;
  }

  /**
   * Visits the file tables of a process: that which its threads share, and then those of single
   * threads.
   *
   * @param dir the open directory of the process
   * @return 0, or a negative errno if the shared table can't be listed
   */
  public int forEach(Scan scan, int dir, int pid, Visit visit) {
    int links = scan.openFds(dir, fds);
    if (links < 0) {
      return links;
    }
    int holder = scan.taskOr(pid);
    visit(links, 0, visit);
    for (int tid : find(scan, dir, holder)) {
      scan.inTask(dir, tid);
      links = scan.openDirectory(FileName.FD);
      if (links >= 0) {
        scan.numbers(links, fds);
        visit(links, tid, visit);
      }
    }
    return 0;
  }

  private void visit(int links, int tid, Visit visit) {
    try {
      visit.table(links, fds, tid);
    } finally {
      Syscalls.close(links);
    }
  }

  /**
   * Finds one thread for each file table that differs from the one which the process's threads
   * share. Names become relative to some directory.
   *
   * @param dir the open directory of the process
   * @param holder a thread that has the table which the process's threads share
   * @return ids of threads, ascending
   */
  public int[] find(Scan scan, int dir, int holder) {
    scan.inDirectory(dir);
    if (!live
        || scan.statx(FileName.TASK, Statx.WANT_LINKS) < 0
        || scan.small().getInt(Statx.LINKS) <= LINKS + 1) {
      return NONE;
    }
    int tasks = scan.openDirectory(FileName.TASK);
    if (tasks < 0) {
      return NONE;
    }
    scan.numbers(tasks, tids);
    Syscalls.close(tasks);
    // A thread that has given its table up differs from all others.
    for (int common = holder; common >= 0; common = LivingThread.find(scan, dir)) {
      int[] found = others(common);
      if (found.length == 0 || LivingThread.hasFiles(scan, dir, common)) {
        return found;
      }
    }
    return NONE;
  }

  /** Finds one thread for each file table that differs from that of a thread. */
  private int[] others(int holder) {
    List<Integer> found = null;
    for (int i = 0; i < tids.size(); i++) {
      if (Syscalls.compareFiles(holder, tids.get(i)) > 0) {
        found = found == null ? new ArrayList<>() : found;
        insert(tids.get(i), found);
      }
    }
    return found == null ? NONE : found.stream().mapToInt(tid -> tid).sorted().toArray();
  }

  /** Inserts a thread into a list in the order of the tables, unless one there has its table. */
  private static void insert(int tid, List<Integer> found) {
    int low = 0;
    int high = found.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      int order = Syscalls.compareFiles(tid, found.get(middle));
      if (order == 0) {
        return;
      }
      low = order == 1 ? low : middle + 1;
      high = order == 1 ? middle : high;
    }
    found.add(low, tid);
  }
}
