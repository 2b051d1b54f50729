package kifs.fs.root.metrics;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Metrics;

/** Threads that wait for others, and deadlocks, of the processes that a reader sees. Immutable. */
record WaitPart(Kernel kernel) implements Part {
  private static final String THING = "locks";

  private static final Query QUERY =
      Query.of(WaitRecord.TYPE)
          .withFields(
              WaitRecord.TYPE,
              WaitRecord.KIND,
              WaitRecord.OWNER_PID,
              WaitRecord.SINCE,
              WaitRecord.DEADLOCK);

  private static final Family DEADLOCKS =
      Family.of(THING, "deadlocks", "", false, "number: " + doc("deadlock", EntityKind.LOCKS));
  private static final Family WAITING =
      Family.of(THING, "blocked_threads", "", false, "number of threads for which blocked counts");
  private static final Family LONGEST =
      Family.of(
          THING, "blocked_longest", "s", false, "longest: " + doc("blocked", EntityKind.THREAD));

  private static String doc(String name, EntityKind kind) {
    Optional<Metric> metric =
        Metrics.of(kind, false).stream().filter(each -> each.name().equals(name)).findFirst();
    return metric.orElseThrow().doc();
  }

  /** What one pass has found. */
  private static final class Found {
    private final Set<Long> deadlocks = new HashSet<>();
    private long threads;
    private long firstNs = Long.MAX_VALUE;

    void add(Record wait) {
      if (wait.get(WaitRecord.DEADLOCK) != 0) {
        deadlocks.add(wait.get(WaitRecord.DEADLOCK));
      }
      WaitKind kind = WaitKind.of(wait.get(WaitRecord.KIND));
      if (kind.isForThread() && wait.has(WaitRecord.OWNER_PID)) {
        threads++;
        if (wait.has(WaitRecord.SINCE)) {
          firstNs = Math.min(firstNs, wait.get(WaitRecord.SINCE));
        }
      }
    }
  }

  @Override
  public void write(Viewer viewer, int top, Exposition out) {
    Found found = new Found();
    try (Bulk waits = kernel.snapshots().takeShared(QUERY, viewer).join()) {
      waits.forEach(WaitRecord.TYPE, found::add);
    }
    out.add(DEADLOCKS, "", Integer.toString(found.deadlocks.size()));
    out.add(WAITING, "", Long.toString(found.threads));
    if (found.firstNs != Long.MAX_VALUE) {
      long waitedNs = Math.max(0, kernel.boottimeNs() - found.firstNs);
      out.add(LONGEST, "", Values.seconds(waitedNs));
    }
  }
}
