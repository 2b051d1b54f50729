package kifs.notifier.happening;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.metric.Metric;
import kifs.notifier.pace.TimeBudget;

/**
 * What happens to the processes of the host, while somebody waits for it. The kernel tells it where
 * it can; else the table of processes is compared with the host every tick, and processes that live
 * for less than that are not seen.
 */
public final class Happenings implements AutoCloseable {
  /** What a fork storm may get ahead of us; beyond it the table is made anew. */
  private static final int MOST_QUEUED = 1 << 16;

  private final ArrayBlockingQueue<ProcessEvent> queue = new ArrayBlockingQueue<>(MOST_QUEUED);
  private final AtomicBoolean overflowed = new AtomicBoolean();
  private final AtomicBoolean joined = new AtomicBoolean();
  private final KernelClock clock;
  private final KnownProcesses table;
  private final KernelEvents.Watch watch;
  private final long tickNs;
  private final TimeBudget budget;
  private boolean scanned;

  /** Whether events were lost since the last scan. */
  private boolean stale;

  private long scanDueNs;
  private long lost;
  private int waiters;

  /** Of them, for any process: only they need the names of who is on the host. */
  private volatile int hostWide;

  /**
   * @param wake called by kernel threads whenever there is something to take
   */
  public Happenings(KernelSource source, ChunkPool pool, long tickNs, Runnable wake) {
    this.clock = source.clock();
    this.table = new KnownProcesses(source, pool);
    this.tickNs = tickNs;
    this.budget = new TimeBudget(clock);
    this.watch =
        source
            .events()
            .onProcesses(
                event -> {
                  if (!queue.offer(event)) {
                    overflowed.set(true);
                  }
                  wake.run();
                })
            .orElse(null);
  }

  /** Whether that is heard here: not exits of one process or thread, of which there are watches. */
  public static boolean isOf(Scope scope, Metric metric) {
    return metric.event() != null
        && scope.kind() != EntityKind.THREAD
        && (scope.process().isEmpty() || metric.event() != ProcessEvent.Kind.EXIT);
  }

  /** Whether it can be found by looking where the kernel doesn't tell it. */
  public static boolean isSeenWithoutWord(Scope scope, ProcessEvent.Kind kind) {
    return scope.process().isEmpty()
        && (kind == ProcessEvent.Kind.EXIT || kind == ProcessEvent.Kind.FORK);
  }

  /** One more waiter. Its first look is due at once, like any waiter's. */
  public void add(Scope scope) {
    waiters++;
    if (scope.process().isEmpty()) {
      hostWide++;
      joined.set(true);
    }
  }

  /** One waiter less; whether that was the last one. */
  public boolean removeIsLast(Scope scope) {
    hostWide -= scope.process().isEmpty() ? 1 : 0;
    return --waiters == 0;
  }

  /** Boot time at which {@link #take} must be called even if nothing was told. */
  public long dueNs() {
    if (hostWide == 0) {
      return Long.MAX_VALUE;
    }
    if (!scanned || stale || watch == null && joined.get()) {
      return budget.notBeforeNs();
    }
    return watch == null ? scanDueNs : Long.MAX_VALUE;
  }

  /** What happened since the last call. Only one thread calls this. */
  public List<Happening> take() {
    List<Happening> happened = new ArrayList<>();
    boolean wide = hostWide > 0;
    if (wide && !scanned) {
      scan(happened);
    }
    for (ProcessEvent next = queue.poll(); next != null; next = queue.poll()) {
      if (next.kind() == ProcessEvent.Kind.LOST) {
        lost++;
        stale = true;
      } else if (wide) {
        table.take(next).ifPresent(happened::add);
      } else {
        happened.add(plain(next));
      }
    }
    if (overflowed.getAndSet(false)) {
      lost++;
      stale = true;
    }
    if (!wide) {
      // Nobody keeps the table up to date: it is made anew for the next one who needs it, to whom
      // those that were in it and have gone meanwhile are nothing.
      scanned = false;
      table.clear();
    } else if (dueNs() <= clock.boottimeNs()) {
      scan(happened);
    }
    return happened;
  }

  /** What happened, as far as the event itself tells. */
  private static Happening plain(ProcessEvent event) {
    return event.kind() == ProcessEvent.Kind.FORK
        ? Happening.fork(KnownProcess.only(event.parent()), event.pid(), event.boottimeNs())
        : Happening.of(event.kind(), KnownProcess.only(event.pid()), event.boottimeNs());
  }

  private void scan(List<Happening> happened) {
    joined.set(false);
    budget.begin();
    happened.addAll(table.rescan(budget.beganNs(), watch != null));
    budget.end();
    scanDueNs = Math.max(budget.beganNs() + tickNs, budget.notBeforeNs());
    scanned = true;
    stale = false;
  }

  /** How many times the kernel or we had no room for what happened, since the last call. */
  public long takeLost() {
    long counted = lost;
    lost = 0;
    return counted;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
