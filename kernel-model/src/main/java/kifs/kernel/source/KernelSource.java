package kifs.kernel.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Host;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * A kernel that kifs can observe. Thread-safe: passes may run in parallel.
 *
 * <p>Entities appear and vanish all the time, and a kernel may refuse facts. Neither is ever an
 * error, and no result is null: a pass omits an entity that has vanished, a record's field is
 * absent, a method that fills a record returns false, a single value is an empty {@link Optional},
 * and a list of ids is empty. The refs of single entities follow the same rules.
 */
public interface KernelSource extends AutoCloseable {
  SourceKind kind();

  Host host();

  KernelClock clock();

  /** What an administrator should know: what this host doesn't provide, and why. One line each. */
  List<String> warnings();

  /**
   * The parts of the source, and the state of each: {@code runs}, or why it doesn't run. In a fixed
   * order; empty if the source has no parts that can fail separately.
   */
  default Map<String, String> parts() {
    return Map.of();
  }

  /**
   * The processes of which the source can't read everything now, because the read waits for
   * something that doesn't happen, as far as that has been noticed; in the order of their ids.
   * Their records lack some fields and are flagged {@link Record#INCOMPLETE}.
   */
  default List<UnreadableProcess> unreadable() {
    return List.of();
  }

  /** The fields of that type that this source provides at that detail. */
  long fields(RecordType type, Detail detail);

  /**
   * One pass: appends the records that the query asks for, for all entities that it admits, in the
   * order of the bulk format. The filters don't apply to SYSTEM and CPU records, and to CGROUP
   * records only the filter for a cgroup does: they are of that group and those below it. They
   * apply to a WAIT by its waiting thread; the number of its deadlock is right even if the filters
   * omit the other members. With filters, SHM records are only of objects that an admitted process
   * maps, and the number of users is absent.
   *
   * @throws Cancellation.CancelledException between two entities, after the pass is cancelled
   */
  void collect(Query query, BulkBuilder into, Cancellation cancellation);

  /**
   * As {@link ProcessRef#collect}, but with the records that this source adds to those of the
   * process itself.
   *
   * @param process a ref of this source
   * @return false if the process has vanished
   */
  default boolean collect(
      ProcessRef process, Query query, BulkBuilder into, Cancellation cancellation) {
    return process.collect(query, into, cancellation);
  }

  /** Ids of all processes, ascending. */
  int[] pids();

  /**
   * Binds to the process that has that id now; empty if there is none. Reads nothing of the
   * process.
   */
  Optional<ProcessRef> process(int pid);

  /**
   * The limits of processes, threads and cgroups that this source can read and change; empty if it
   * can't.
   */
  Set<LimitKind> limits();

  /**
   * Ids of all shared-memory objects, ascending. Reads the mappings of every process.
   *
   * @throws Cancellation.CancelledException between two processes, after it is cancelled
   */
  long[] shmIds(Cancellation cancellation);

  /** The shared-memory object that has that id now; empty if there is none. */
  Optional<ShmRef> shm(long id);

  /**
   * Binds to the cgroup that has that path now; empty if there is none. Only cgroups below the
   * mount points that the daemon sees can be found.
   *
   * @param path from the root of the hierarchy, one char per byte
   */
  Optional<CgroupRef> cgroup(String path);

  /**
   * The path that a cgroup had when it was last bound, or found by a pass over all cgroups, one
   * char per byte; empty if neither happened. Reads nothing, so it doesn't block.
   */
  Optional<String> cgroupPath(long id);

  /** Fills these fields of a SYSTEM record, and reads no more than they need. */
  void readSystem(long fields, Record system);

  /** The events that this kernel pushes. */
  KernelEvents events();

  @Override
  void close();
}
