package kifs.kernel.procfs.scan;

import kifs.kernel.linux.Syscalls;

/**
 * Finds a living thread of a process whose main thread has ended. In {@code /proc/[pid]} the memory
 * and the files of such a process are missing, because the main thread has given them up. {@code
 * /proc/[pid]/task/[tid]} of any other thread still has them. Stateless and thread-safe.
 */
public final class LivingThread {
  private static final int STATE = 3;
  private static final int THREADS = 20;

  private LivingThread() {}

  /**
   * Makes names relative to the first living thread of a process, in the kernel's order, if the
   * main thread has ended while others live. Otherwise names become relative to the process. Reads
   * one file where the main thread lives. Replaces what the cursor of the scan holds.
   *
   * @param dir the open directory of the process
   * @return whether the main thread has ended while others live
   */
  public static boolean enter(Scan scan, int dir) {
    int tid = find(scan, dir);
    if (tid < 0) {
      scan.inDirectory(dir);
    } else {
      scan.inTask(dir, tid);
    }
    return tid >= 0;
  }

  /**
   * Makes names relative to the entry of a process in the root of /proc, or to that of its first
   * living thread if the main thread has ended while others live. The root has an entry of each
   * thread, although it doesn't list them.
   *
   * @param root the open root of /proc
   */
  public static void enterEntry(Scan scan, int root, int pid) {
    int living = of(scan, root, pid);
    scan.inEntry(root, living < 0 ? pid : living);
  }

  /**
   * The first living thread of a process whose main thread has ended. Names become relative to some
   * directory.
   *
   * @param root the open root of /proc
   * @return -1: the main thread lives, or no thread does
   */
  public static int of(Scan scan, int root, int pid) {
    int dir = scan.bind(root, pid);
    int tid = dir < 0 ? -1 : find(scan, dir);
    if (dir >= 0) {
      Syscalls.close(dir);
    }
    return tid;
  }

  /**
   * The first living thread of a process whose main thread has ended. Names become relative to some
   * directory.
   *
   * @param dir the open directory of the process
   * @return -1: the main thread lives, or no thread does
   */
  public static int find(Scan scan, int dir) {
    scan.inDirectory(dir);
    if (scan.load(FileName.STAT) < 0 || !hasEnded(scan.cursor) || threads(scan.cursor) < 2) {
      return -1;
    }
    int tasks = scan.openDirectory(FileName.TASK);
    if (tasks < 0) {
      return -1;
    }
    IdList tids = new IdList();
    scan.list(tasks, tids);
    Syscalls.close(tasks);
    for (int i = 0; i < tids.size(); i++) {
      scan.inTask(dir, tids.get(i));
      if (scan.load(FileName.STAT) >= 0 && !hasEnded(scan.cursor)) {
        return tids.get(i);
      }
    }
    return -1;
  }

  /** Whether the thread of a file {@code stat} has ended. */
  private static boolean hasEnded(ByteCursor stat) {
    stat.position(stat.lastIndexOf(')') + 1);
    stat.skipBlanks();
    return isEnded(stat.peek());
  }

  /** Whether the letter of a state says that a thread has ended. */
  public static boolean isEnded(int state) {
    return state == 'Z' || state == 'X';
  }

  /** The number of threads in a file {@code stat}, whose state is the cursor's next word. */
  private static long threads(ByteCursor stat) {
    for (int column = STATE; column < THREADS; column++) {
      stat.skipWord();
    }
    return stat.number() ? stat.value() : 0;
  }
}
