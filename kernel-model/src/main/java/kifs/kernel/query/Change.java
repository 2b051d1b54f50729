package kifs.kernel.query;

import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;

/**
 * Brings a process's records of a type if one of these fields has changed in one of them.
 * Immutable.
 *
 * <p>A source follows changes from one pass to the next, for one asker. If it didn't follow the
 * same fields at the pass that the asker had before, everything counts as changed: it can't know
 * what that one saw.
 *
 * @param type PROCESS or THREAD
 * @param fields mask of whole numbers
 * @param sinceNs boot time: what a pass later than that found changed is brought, and what this one
 *     finds; 0: everything is, and followed from now on
 * @param lastNs boot time of the pass before; 0: there was none
 * @param nowNs boot time of the pass; later than that
 */
public record Change(RecordType type, long fields, long sinceNs, long lastNs, long nowNs) {
  public Change {
    if (!fits(type)) {
      throw new IllegalArgumentException(type + " isn't followed");
    }
  }

  /** Whether changes in records of that type can be followed. */
  public static boolean fits(RecordType type) {
    return type == ProcessRecord.TYPE || type == ThreadRecord.TYPE;
  }

  /** The same, but everything is brought. */
  public Change ofAll() {
    return new Change(type, fields, 0, lastNs, nowNs);
  }

  /** As if there had been no pass before: everything counts as changed now. */
  public Change afresh() {
    return new Change(type, fields, 0, 0, nowNs);
  }
}
