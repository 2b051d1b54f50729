package kifs.notifier.happening;

import java.util.ArrayList;
import java.util.List;
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
import org.jspecify.annotations.Nullable;

/**
 * Collects exits, forks, execs and OOM kills of the host's processes while a client waits for them.
 * The kernel pushes them if the source can. Otherwise the table of processes is compared with the
 * host every tick, and a process that lives for less than a tick isn't seen.
 *
 * <p>Threads of the source put events into the queue, which is thread-safe. Of the other methods,
 * {@link #add} and {@link #remove} are guarded by the notifier's lock, and {@link #collect} runs in
 * one thread only.
 */
public final class Happenings implements AutoCloseable {
  /**
   * What {@link #collect} returns: what happened before events were lost, the losses, and what
   * happened afterwards or was found by a scan.
   */
  public record Collected(List<Happening> before, Losses lost, List<Happening> after) {
    public boolean isEmpty() {
      return before.isEmpty() && lost.isEmpty() && after.isEmpty();
    }

    static Collected of(List<Happening> pushed, Losses lost, List<Happening> found) {
      int gap = pushed.size();
      while (gap > 0 && !lost.isEmpty() && pushed.get(gap - 1).boottimeNs() >= lost.foundNs()) {
        gap--;
      }
      List<Happening> after = new ArrayList<>(pushed.subList(gap, pushed.size()));
      after.addAll(found);
      return new Collected(pushed.subList(0, gap), lost, after);
    }
  }

  /**
   * Capacity for the events of a fork storm, more than the kernel's buffer has. If the queue
   * overflows, the table is filled again by a scan.
   */
  private static final int MAX_QUEUED = 1 << 17;

  private final LossCounter losses = new LossCounter();
  private final EventBuffer queue = new EventBuffer(MAX_QUEUED, losses);
  private final AtomicBoolean joined = new AtomicBoolean();

  /** Whether a waiter came that selects a cgroup whose members aren't known. */
  private final AtomicBoolean selects = new AtomicBoolean();

  private final KernelClock clock;
  private final CgroupMembers members;
  private final KnownProcesses table;
  private final KernelEvents.@Nullable Watch watch;
  private final long tickNs;
  private final TimeBudget budget;

  /** Whether the table is in use: filled by a scan, and updated by events since. */
  private boolean scanned;

  private long scanDueNs;
  private int waiters;

  /** The waiters for events of any process. Only they need the table, for names and users. */
  private volatile int hostWide;

  /**
   * @param wake called by threads of the source whenever there is an event for {@link #collect}
   */
  public Happenings(KernelSource source, ChunkPool pool, long tickNs, Runnable wake) {
    this.clock = source.clock();
    this.members = new CgroupMembers(source, pool);
    this.table = new KnownProcesses(source, pool, members);
    this.tickNs = tickNs;
    this.budget = new TimeBudget(clock);
    this.watch =
        source
            .events()
            .onProcesses(
                event -> {
                  queue.put(event);
                  wake.run();
                })
            .orElse(null);
  }

  /**
   * Whether this class finds the events of a metric in a scope. It doesn't find the exit of one
   * given process or thread, because the notifier has a watch for each of them.
   */
  public static boolean isOf(Scope scope, Metric metric) {
    return metric.event() != null
        && scope.kind() != EntityKind.THREAD
        && (scope.process().isEmpty() || metric.event() != ProcessEvent.Kind.EXIT);
  }

  /** Whether scans can find the event, if the source doesn't push it. */
  public static boolean isFoundByScan(Scope scope, ProcessEvent.Kind kind) {
    return scope.process().isEmpty()
        && (kind == ProcessEvent.Kind.EXIT || kind == ProcessEvent.Kind.FORK);
  }

  /** Adds a waiter. A scan is due at once if the waiter needs the table, as any first sample is. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // The notifier's lock is held.
  public void add(Scope scope) {
    waiters++;
    if (scope.process().isEmpty()) {
      hostWide++;
      joined.set(true);
      if (members.await(scope.selection())) {
        selects.set(true);
      }
    }
  }

  /** Removes a waiter, and returns whether it was the last one. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // The notifier's lock is held.
  public boolean remove(Scope scope) {
    if (scope.process().isEmpty()) {
      hostWide--;
      members.forget(scope.selection());
    }
    return --waiters == 0;
  }

  /**
   * Boot time at which {@link #collect} must be called even if no event was pushed; {@link
   * Long#MAX_VALUE}: never.
   */
  public long dueNs() {
    if (hostWide == 0) {
      return Long.MAX_VALUE;
    }
    if (!scanned || selects.get() || losses.isStale() || watch == null && joined.get()) {
      return budget.notBeforeNs();
    }
    return watch == null ? scanDueNs : Long.MAX_VALUE;
  }

  /** Returns what happened since the last call. Only one thread calls this method. */
  public Collected collect() {
    List<Happening> pushed = new ArrayList<>();
    List<Happening> found = new ArrayList<>();
    boolean wide = hostWide > 0;
    if (wide && (!scanned || selects.get())) {
      scan(found);
    }
    for (ProcessEvent next = queue.poll(); next != null; next = queue.poll()) {
      if (wide) {
        table.take(next).ifPresent(pushed::add);
      } else {
        pushed.add(plain(next));
      }
    }
    if (!wide) {
      // Without such waiters nothing keeps the table up to date. The next waiter begins with a new
      // table, because it must not get exits that happened before it came.
      scanned = false;
      table.clear();
      losses.clear();
    } else {
      losses.correct(table.drainRepeated());
      if (dueNs() <= clock.boottimeNs()) {
        scan(found);
      }
    }
    // Before the scan it isn't known which of the lost exits it will find.
    return Collected.of(pushed, losses.isStale() ? Losses.NONE : losses.drain(), found);
  }

  /** Returns what happened with the data of the event alone, without names and users. */
  private static Happening plain(ProcessEvent event) {
    return event.kind() == ProcessEvent.Kind.FORK
        ? Happening.fork(KnownProcess.only(event.parent()), event.pid(), event.boottimeNs())
        : Happening.of(event.kind(), KnownProcess.only(event.pid()), event.boottimeNs());
  }

  private void scan(List<Happening> found) {
    joined.set(false);
    selects.set(false);
    budget.begin();
    boolean isUncertain = losses.beginScan();
    List<Happening> missed = table.rescan(budget.beganNs(), watch != null);
    if (watch != null && !isUncertain) {
      losses.correct(-missed.size());
    }
    found.addAll(missed);
    budget.end();
    scanDueNs = Math.max(budget.beganNs() + tickNs, budget.notBeforeNs());
    scanned = true;
  }

  @Override
  public void close() {
    if (watch != null) {
      watch.close();
    }
  }
}
