package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.Record;

/**
 * Reads what one thread waits for. {@link ThreadReader} calls it and doesn't know how it is found
 * out. Implementations are thread-safe.
 */
public interface WaitReader {
  /**
   * Fills the wait fields from {@code scan.syscall}, which holds the system call of the thread that
   * the scan is at. A thread that waits for nobody gets WAIT_KIND NONE.
   *
   * @param fields those of THREAD that are wanted
   * @param into the thread's THREAD; its STATE, PID and TID must have been filled
   */
  void read(Scan scan, long fields, Record into);
}
