package kifs.notifier.happening;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.pace.Lane;
import kifs.notifier.waiting.Waiter;

/**
 * Finds the host's deadlocks while a client waits for one. The notifier samples them every tick, or
 * less often if a sample would cost more than a tenth of one CPU. Each waiter gets each deadlock
 * once; the first sample gives a new waiter the deadlocks that exist already. Guarded by the
 * notifier's lock, except {@link #sample}, which needs no lock because it uses only immutable
 * fields.
 */
public final class Deadlocks {
  /**
   * One deadlock. The thread in the first of its WAIT records stands for all members.
   *
   * @param number its number, as in WAIT records
   * @param pid the process of that thread
   * @param tid that thread
   * @param uid real user id of that thread's process; -1: not known
   * @param comm that thread's name as raw bytes, one char each
   * @param sinceNs boot time at which the last member began to wait; -1: not known
   */
  public record Deadlock(long number, int pid, int tid, long uid, String comm, long sinceNs) {}

  private static final Query QUERY =
      Query.of(WaitRecord.TYPE).withFields(WaitRecord.TYPE, WaitRecord.DEADLOCK);

  private final KernelSource source;
  private final ChunkPool pool;
  private final long tickNs;
  private final Lane lane;

  /** The waiters, each with the numbers of the deadlocks that were reported to it. */
  private final Map<Waiter, Set<Long>> reported = new HashMap<>();

  private long dueNs;

  /**
   * @param tickNs the shortest interval between two samples, ns
   * @param lane the timing of these samples
   */
  public Deadlocks(KernelSource source, ChunkPool pool, long tickNs, Lane lane) {
    this.source = source;
    this.pool = pool;
    this.tickNs = tickNs;
    this.lane = lane;
  }

  /** Whether a scope's events are deadlocks. */
  public static boolean isOf(Scope scope) {
    return scope.kind() == EntityKind.LOCKS;
  }

  /** Adds a waiter. A sample is due then, to report the deadlocks that exist already. */
  public void add(Waiter waiter) {
    reported.put(waiter, new HashSet<>());
    dueNs = source.clock().boottimeNs();
  }

  public void remove(Waiter waiter) {
    reported.remove(waiter);
    if (reported.isEmpty()) {
      lane.pause();
    }
  }

  /** Boot time at which the next sample is due; {@link Long#MAX_VALUE}: never. */
  public long dueNs() {
    return reported.isEmpty() ? Long.MAX_VALUE : Math.max(dueNs, lane.notBeforeNs());
  }

  /** Notes that a sample begins, in the calling thread. */
  public void begin() {
    lane.begin(dueNs());
    dueNs = lane.beganNs() + tickNs;
  }

  /** Notes that the sample has ended, in the same thread. */
  public void end() {
    lane.end();
  }

  /** Takes a sample: returns all deadlocks that exist now, by ascending number. */
  public List<Deadlock> sample() {
    Map<Long, Deadlock> found = new TreeMap<>();
    try (BulkBuilder waits = new BulkBuilder(pool, List.of(WaitRecord.TYPE))) {
      source.collect(QUERY, waits, Cancellation.NEVER);
      waits.forEach(
          WaitRecord.TYPE,
          wait -> {
            if (wait.get(WaitRecord.DEADLOCK) != 0) {
              found.merge(wait.get(WaitRecord.DEADLOCK), of(wait), Deadlocks::later);
            }
          });
    }
    return new ArrayList<>(found.values());
  }

  private static Deadlock of(Record wait) {
    return new Deadlock(
        wait.get(WaitRecord.DEADLOCK),
        (int) wait.get(WaitRecord.WAITER_PID),
        (int) wait.get(WaitRecord.WAITER_TID),
        wait.has(WaitRecord.WAITER_UID) ? wait.get(WaitRecord.WAITER_UID) : -1,
        new String(wait.bytes(WaitRecord.WAITER_COMM), StandardCharsets.ISO_8859_1),
        wait.has(WaitRecord.SINCE) ? wait.get(WaitRecord.SINCE) : -1);
  }

  /** The first member stands for all members; the last member to wait closed the cycle. */
  private static Deadlock later(Deadlock first, Deadlock other) {
    long since = Math.max(first.sinceNs, other.sinceNs);
    return new Deadlock(first.number, first.pid, first.tid, first.uid, first.comm, since);
  }

  /**
   * Whether a deadlock must be reported to that waiter now. If so, the deadlock counts as reported
   * from now on. A waiter that was removed gets no more deadlocks.
   */
  public boolean isNews(Waiter waiter, Deadlock deadlock) {
    Set<Long> numbers = reported.get(waiter);
    return numbers != null && numbers.add(deadlock.number);
  }
}
