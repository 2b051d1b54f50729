package kifs.kernel.query;

import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;

/**
 * A change filter: a source may omit a process's records of a type if none of these fields has
 * changed in any of them. Immutable.
 *
 * <p>A source tracks changes from one pass to the next, for one client. If the source did not track
 * the same fields at the client's previous pass, it can't know what that client saw, and treats
 * every record as changed.
 *
 * @param type PROCESS or THREAD
 * @param fields mask of the fields, which are integers
 * @param sinceNs boot time, ns: records that this pass or any pass after that time found changed
 *     are included; 0: all records are included, and changes are tracked from this pass on
 * @param lastNs boot time of the client's previous pass, ns; 0: there was none
 * @param nowNs boot time of this pass, ns; greater than {@code lastNs}
 */
public record Change(RecordType type, long fields, long sinceNs, long lastNs, long nowNs) {
  public Change {
    if (!canTrack(type)) {
      throw new IllegalArgumentException("changes in " + type + " can't be tracked");
    }
  }

  /** Whether a source can track changes in records of that type. */
  public static boolean canTrack(RecordType type) {
    return type == ProcessRecord.TYPE || type == ThreadRecord.TYPE;
  }

  /** A filter that tracks the same changes, but includes all records. */
  public Change includingAll() {
    return new Change(type, fields, 0, lastNs, nowNs);
  }

  /**
   * A filter for a full pass, as if there had been no previous pass: every record counts as
   * changed.
   */
  public Change asFullPass() {
    return new Change(type, fields, 0, 0, nowNs);
  }
}
