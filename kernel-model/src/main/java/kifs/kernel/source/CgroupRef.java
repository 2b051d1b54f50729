package kifs.kernel.source;

import java.util.List;
import java.util.Optional;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.record.Record;

/**
 * One cgroup. The ref is bound to the group that had the path when the ref was made: after that
 * group was removed, every method says so, even if another group has the path. Thread-safe. Must be
 * closed.
 */
public interface CgroupRef extends AutoCloseable {
  /** The id, as in CGROUP records. */
  long id();

  /** The path from the root of the hierarchy, one char per byte. */
  String path();

  /**
   * Fills these fields of a CGROUP record, except text fields, and reads no more files than they
   * need. A field that can't be read stays absent.
   *
   * @return false if the group was removed
   */
  boolean read(long fields, Record cgroup);

  /**
   * The names of the groups directly below, one char per byte, ascending; empty if the group was
   * removed.
   */
  List<String> children();

  /**
   * The processes in the group itself, ascending, without those in groups below; empty if the group
   * was removed. On a host with cgroup v1 they are those of every hierarchy that has the path. A
   * process is in a threaded group if one of its threads is.
   */
  int[] pids();

  /** The limits, valid until the ref is closed; empty if the source can't change any. */
  default Optional<EntityLimits> limits() {
    return Optional.empty();
  }

  @Override
  void close();
}
