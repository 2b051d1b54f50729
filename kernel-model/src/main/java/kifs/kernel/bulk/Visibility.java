package kifs.kernel.bulk;

import kifs.kernel.record.Record;

/** What a client may see of processes. Thread-safe. */
public interface Visibility {
  /** The client's user, who shares a maximum of memory and turns with no other one. */
  long uid();

  /** Whether the client may see everything, so that nothing is removed for it. */
  boolean seesAll();

  /**
   * Whether the client may see the guarded fields of a process.
   *
   * @param process a PROCESS with the fields {@code ProcessRecord.VIEWER}. If they are absent, the
   *     client may not
   */
  boolean sees(Record process);

  /** Whether this includes the fields with the guard {@code ATTACH}. */
  boolean attaches();

  /** Whether processes whose guarded fields the client may not see are hidden altogether. */
  boolean hidesOthers();
}
