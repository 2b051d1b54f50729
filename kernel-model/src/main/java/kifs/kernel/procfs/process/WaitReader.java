package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.Record;

/**
 * Finds out what one thread waits for. {@link ThreadReader} calls it, so that this package need not
 * depend on the packages about locks. Implementations are thread-safe.
 */
public interface WaitReader {
  /**
   * Fills the wait fields from {@code scan.syscall}, which holds the system call of the thread. A
   * thread that doesn't wait for a lock, a file lock or a child gets WAIT_KIND NONE.
   *
   * @param scan its names are relative to the directory of the thread
   * @param fields the wanted fields of THREAD
   * @param into the THREAD record. Its STATE, PID and TID must have been filled
   */
  void read(Scan scan, long fields, Record into);
}
