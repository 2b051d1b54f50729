package kifs.notifier.happening;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Query;
import kifs.kernel.query.Selection;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;

/**
 * Finds which processes are in those cgroups that waiters for events select. The source decides it,
 * as it does for a query. {@link #await} and {@link #forget} are guarded by the notifier's lock;
 * the other methods are called by the thread that runs the turns.
 */
final class CgroupMembers {
  private static final Query QUERY =
      Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, ProcessRecord.PID);

  private final KernelSource source;
  private final ChunkPool pool;

  /** The number of waiters by the path of the cgroup that they select. */
  private final Map<String, Integer> waiters = new HashMap<>();

  /** The paths: a copy that needs no lock. */
  private volatile Set<String> awaited = Set.of();

  CgroupMembers(KernelSource source, ChunkPool pool) {
    this.source = source;
    this.pool = pool;
  }

  /**
   * Adds a waiter.
   *
   * @return whether it is the first one that selects this cgroup, so that the members aren't known
   */
  boolean await(Selection selection) {
    selection.cgroup().ifPresent(path -> waiters.merge(path, 1, Integer::sum));
    boolean isNew = selection.cgroup().map(path -> !awaited.contains(path)).orElse(false);
    awaited = Set.copyOf(waiters.keySet());
    return isNew;
  }

  void forget(Selection selection) {
    selection
        .cgroup()
        .ifPresent(
            path -> waiters.computeIfPresent(path, (p, count) -> count > 1 ? count - 1 : null));
    awaited = Set.copyOf(waiters.keySet());
  }

  /** The awaited cgroups that each member is in, by pid. There is a pass for each cgroup. */
  Map<Integer, Set<String>> all() {
    Map<Integer, Set<String>> members = new HashMap<>();
    for (String path : awaited) {
      try (BulkBuilder found = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
        source.collect(QUERY.withCgroup(path), found, Cancellation.NEVER);
        found.forEach(
            ProcessRecord.TYPE,
            process ->
                members
                    .computeIfAbsent((int) process.get(ProcessRecord.PID), p -> new HashSet<>())
                    .add(path));
      }
    }
    return members;
  }

  /** The awaited cgroups that a process is in now; none if it has vanished. */
  Set<String> of(ProcessRef process) {
    Set<String> paths = new HashSet<>();
    for (String path : awaited) {
      try (BulkBuilder found = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
        process.collect(QUERY.withCgroup(path), found, Cancellation.NEVER);
        found.forEach(ProcessRecord.TYPE, record -> paths.add(path));
      }
    }
    return paths;
  }
}
