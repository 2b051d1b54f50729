package kifs.kernel.source;

import kifs.kernel.record.Record;

/** One thread, bound like {@link ProcessRef}. Thread-safe. Must be closed. */
public interface ThreadRef extends AutoCloseable {
  int tid();

  int pid();

  /**
   * Fills these fields of a THREAD record, reading no more than they need; what can't be had is
   * left absent.
   *
   * @return false if the thread has gone
   */
  boolean read(long fields, Record thread);

  @Override
  void close();
}
