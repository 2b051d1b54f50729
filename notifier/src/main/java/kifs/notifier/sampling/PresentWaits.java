package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.entity.Subject;
import kifs.notifier.waiting.Event.Awaited;

/**
 * What the blocked threads that one turn reports wait for, and who holds it. A sample doesn't
 * contain that, because it would cost more than to see that a thread waits. The waits of a process
 * are read once, when the first of its threads is reported. Not thread-safe.
 */
final class PresentWaits {
  /** The owners that an event names at most. A file lock can have many holders. */
  private static final int MAX_OWNERS = 4;

  private static final Query QUERY =
      Query.of(WaitRecord.TYPE)
          .withFields(
              WaitRecord.TYPE,
              WaitRecord.KIND,
              WaitRecord.OBJECT,
              WaitRecord.OWNER_PID,
              WaitRecord.OWNER_TID,
              WaitRecord.SINCE);

  private final KernelSource source;
  private final ChunkPool pool;
  private final long sampledNs;
  private final Map<Integer, Map<Integer, Wait>> byProcess = new HashMap<>();

  /**
   * The wait of one thread.
   *
   * @param owners those that are known
   */
  private record Wait(WaitKind kind, long object, List<String> owners) {
    Awaited awaited() {
      String owner = owners.isEmpty() ? "-" : String.join(",", owners);
      return new Awaited(kind.label(), kind.nameOf(object), owner);
    }
  }

  /**
   * @param sampledNs boot time at which the sample began that found the threads blocked
   */
  PresentWaits(KernelSource source, ChunkPool pool, long sampledNs) {
    this.source = source;
    this.pool = pool;
    this.sampledNs = sampledNs;
  }

  /** What a thread waits for; {@link Awaited#UNKNOWN} if its wait has ended meanwhile. */
  Awaited of(Subject thread) {
    Wait wait = byProcess.computeIfAbsent(thread.pid(), this::waitsOf).get(thread.tid());
    return wait == null ? Awaited.UNKNOWN : wait.awaited();
  }

  private Map<Integer, Wait> waitsOf(int pid) {
    Map<Integer, Wait> waits = new HashMap<>();
    try (ProcessRef process = source.process(pid).orElse(null);
        BulkBuilder records = new BulkBuilder(pool, List.of(WaitRecord.TYPE))) {
      if (process != null && process.collect(QUERY, records, Cancellation.NEVER)) {
        records.forEach(WaitRecord.TYPE, record -> add(record, waits));
      }
    }
    return waits;
  }

  private void add(Record record, Map<Integer, Wait> to) {
    // A wait that began after the sample is another one than the sample saw.
    if (record.has(WaitRecord.SINCE) && record.get(WaitRecord.SINCE) > sampledNs) {
      return;
    }
    Wait wait =
        to.computeIfAbsent(
            (int) record.get(WaitRecord.WAITER_TID),
            tid ->
                new Wait(
                    WaitKind.of(record.get(WaitRecord.KIND)),
                    record.get(WaitRecord.OBJECT),
                    new ArrayList<>(1)));
    if (record.has(WaitRecord.OWNER_PID) && wait.owners.size() < MAX_OWNERS) {
      wait.owners.add(WaitRecord.ownerName(record));
    }
  }
}
