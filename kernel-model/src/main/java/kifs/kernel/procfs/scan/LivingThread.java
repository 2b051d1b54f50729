package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.Syscalls;

/**
 * Finds a living thread of a process whose main thread has ended. In {@code /proc/[pid]} the memory
 * and the files of such a process are missing, because the main thread has given them up. {@code
 * /proc/[pid]/task/[tid]} of any other thread still has them.
 *
 * <p>A thread that ends gives up its memory first, and then its file table. It becomes a zombie
 * only after that, and much later if a file that it closes waits for its server. So a thread counts
 * as ended as soon as {@code status} shows that it has no file table. Stateless and thread-safe.
 */
public final class LivingThread {
  private static final byte[] FILE_TABLE_SIZE = key("FDSize:");
  private static final byte[] THREADS = key("Threads:");

  private LivingThread() {}

  private static byte[] key(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

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
    if (scan.load(FileName.STATUS) < 0
        || scan.cursor.numberAfter(FILE_TABLE_SIZE) != 0
        || scan.cursor.numberAfter(THREADS) < 2) {
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
      if (hasFiles(scan, dir, tids.get(i))) {
        return tids.get(i);
      }
    }
    return -1;
  }

  /**
   * Whether a thread still has a file table, be it empty. Names become relative to the thread.
   *
   * @param dir the open directory of the process
   */
  static boolean hasFiles(Scan scan, int dir, int tid) {
    scan.inTask(dir, tid);
    return scan.load(FileName.STATUS) >= 0 && scan.cursor.numberAfter(FILE_TABLE_SIZE) > 0;
  }
}
