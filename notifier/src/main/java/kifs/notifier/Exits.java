package kifs.notifier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.source.KernelClock;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelSource;

/**
 * The exits of all processes of the host, while somebody waits for them. The kernel tells them
 * where it can; else the table of processes is compared with the host every tick, and processes
 * that live for less than that are not seen.
 */
final class Exits implements AutoCloseable {
  /** What a fork storm may get ahead of us; beyond it the table is made anew. */
  private static final int MOST_QUEUED = 1 << 16;

  private final ArrayBlockingQueue<ProcessEvent> queue = new ArrayBlockingQueue<>(MOST_QUEUED);
  private final AtomicBoolean overflowed = new AtomicBoolean();
  private final AtomicBoolean joined = new AtomicBoolean();
  private final KernelClock clock;
  private final ProcessTable table;
  private final KernelEvents.Watch watch;
  private final long tickNs;
  private boolean scanned;

  /** Whether events were lost since the last scan. */
  private boolean stale;

  private long scanDueNs;
  private long notBeforeNs;
  private long lost;
  private int waiters;

  /**
   * @param wake called by kernel threads whenever there is something to take
   */
  Exits(KernelSource source, ChunkPool pool, long tickNs, Runnable wake) {
    this.clock = source.clock();
    this.table = new ProcessTable(source, pool);
    this.tickNs = tickNs;
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

  /** One more waiter. Its first look is due at once, like any waiter's. */
  void add() {
    waiters++;
    joined.set(true);
  }

  /** One waiter less; whether that was the last one. */
  boolean removeIsLast() {
    return --waiters == 0;
  }

  /** Boot time at which {@link #take} must be called even if nothing was told. */
  long dueNs() {
    if (!scanned || stale || watch == null && joined.get()) {
      return notBeforeNs;
    }
    return watch == null ? scanDueNs : Long.MAX_VALUE;
  }

  /** The exits since the last call. Only one thread calls this. */
  List<ProcessTable.Exited> take() {
    List<ProcessTable.Exited> exited = new ArrayList<>();
    if (!scanned) {
      scan(exited);
    }
    for (ProcessEvent next = queue.poll(); next != null; next = queue.poll()) {
      if (next.kind() == ProcessEvent.Kind.LOST) {
        lost++;
        stale = true;
      } else {
        table.take(next).ifPresent(exited::add);
      }
    }
    if (overflowed.getAndSet(false)) {
      lost++;
      stale = true;
    }
    if (dueNs() <= clock.boottimeNs()) {
      scan(exited);
    }
    return exited;
  }

  private void scan(List<ProcessTable.Exited> exited) {
    joined.set(false);
    long began = clock.boottimeNs();
    exited.addAll(table.rescan(began, watch != null));
    notBeforeNs = began + Schedule.BUDGET * (clock.boottimeNs() - began);
    scanDueNs = Math.max(began + tickNs, notBeforeNs);
    scanned = true;
    stale = false;
  }

  /** How many times the kernel or we had no room for what happened, since the last call. */
  long takeLost() {
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
