package kifs.kernel.source;

import kifs.kernel.record.Record;

/** One thread, bound as a {@link ProcessRef} is. Thread-safe. Must be closed. */
public interface ThreadRef extends AutoCloseable {
  int tid();

  int pid();

  /**
   * Fills these fields of a THREAD record, and reads no more than they need. A field that can't be
   * read stays absent.
   *
   * @return false if the thread has vanished
   */
  boolean read(long fields, Record thread);

  @Override
  void close();
}
