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
import kifs.notifier.pace.TimeBudget;
import kifs.notifier.waiting.Waiter;

/**
 * The host's deadlocks, while somebody waits for one: looked for every tick, or less often where
 * that would take more than a tenth of one processor. Each is told each waiter once; those that
 * stand when it comes are told it first. Guarded by the notifier's lock, but for {@link #look}.
 */
public final class Deadlocks {
  /**
   * One deadlock.
   *
   * @param number as in WAIT records
   * @param pid of its first member
   * @param uid -1: not known
   * @param comm one char a byte
   * @param sinceNs boot time at which its last member began to wait; -1: not known
   */
  public record Deadlock(long number, int pid, int tid, long uid, String comm, long sinceNs) {}

  private static final Query QUERY =
      Query.of(WaitRecord.TYPE).withFields(WaitRecord.TYPE, WaitRecord.DEADLOCK);

  private final KernelSource source;
  private final ChunkPool pool;
  private final long tickNs;
  private final TimeBudget budget;

  /** Who waits, and which deadlocks it was told. */
  private final Map<Waiter, Set<Long>> told = new HashMap<>();

  private long dueNs;

  public Deadlocks(KernelSource source, ChunkPool pool, long tickNs) {
    this.source = source;
    this.pool = pool;
    this.tickNs = tickNs;
    this.budget = new TimeBudget(source.clock());
  }

  public static boolean isOf(Scope scope) {
    return scope.kind() == EntityKind.LOCKS;
  }

  /** One more waiter: a look is due. */
  public void add(Waiter waiter) {
    told.put(waiter, new HashSet<>());
    dueNs = 0;
  }

  public void remove(Waiter waiter) {
    told.remove(waiter);
  }

  /** Boot time of the next look; {@link Long#MAX_VALUE}: none. */
  public long dueNs() {
    return told.isEmpty() ? Long.MAX_VALUE : Math.max(dueNs, budget.notBeforeNs());
  }

  /** Says that a look begins. */
  public void begin() {
    budget.begin();
    dueNs = budget.beganNs() + tickNs;
  }

  /** Says that it has ended. */
  public void end() {
    budget.end();
  }

  /** All that stand. */
  public List<Deadlock> look() {
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

  /** The first member stands for all; the last one closed the ring. */
  private static Deadlock later(Deadlock first, Deadlock other) {
    long since = Math.max(first.sinceNs, other.sinceNs);
    return new Deadlock(first.number, first.pid, first.tid, first.uid, first.comm, since);
  }

  /** Whether that waiter is to be told of it now. */
  public boolean isNews(Waiter waiter, Deadlock deadlock) {
    Set<Long> known = told.get(waiter);
    return known != null && known.add(deadlock.number);
  }
}
