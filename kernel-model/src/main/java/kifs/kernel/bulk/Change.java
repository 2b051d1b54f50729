package kifs.kernel.bulk;

import kifs.kernel.record.RecordType;

/**
 * Brings a process's records of a type if one of these fields has changed in one of them.
 * Immutable.
 *
 * <p>A source follows changes from one pass that asks for them to the next, for one asker; between
 * two that follow different fields of a type everything counts as changed.
 *
 * @param fields mask of whole numbers
 * @param sinceNs boot time: what a pass later than that found changed is brought, and what this one
 *     finds; 0: everything is, and followed from now on
 * @param nowNs boot time of the pass; later than that of the one before
 */
public record Change(RecordType type, long fields, long sinceNs, long nowNs) {
  /** The same, but everything is brought. */
  public Change ofAll() {
    return new Change(type, fields, 0, nowNs);
  }

  /** What either brings, of one pass. */
  public Change or(Change other) {
    return new Change(
        type,
        fields | other.fields,
        Math.min(sinceNs, other.sinceNs),
        Math.max(nowNs, other.nowNs));
  }
}
