package kifs.notifier;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import kifs.kernel.bulk.ChunkPool;
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
  private final ProcessTable table;
  private final KernelEvents.Watch watch;
  private final long tickNs;
  private boolean scanned;
  private long dueNs = Long.MIN_VALUE;
  private long lost;
  private int waiters;

  /**
   * @param wake called by kernel threads whenever there is something to take
   */
  Exits(KernelSource source, ChunkPool pool, long tickNs, Runnable wake) {
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

  /** One more waiter. */
  void add() {
    waiters++;
  }

  /** One waiter less; whether that was the last one. */
  boolean removeIsLast() {
    return --waiters == 0;
  }

  /** Boot time at which {@link #take} must be called even if nothing was told. */
  long dueNs() {
    return watch == null || !scanned ? dueNs : Long.MAX_VALUE;
  }

  /** The exits since the last call. Only one thread calls this. */
  List<ProcessTable.Exited> take(long nowNs) {
    List<ProcessTable.Exited> exited = new ArrayList<>();
    if (!scanned || watch == null && nowNs >= dueNs) {
      exited.addAll(table.rescan());
      scanned = true;
      dueNs = nowNs + tickNs;
    }
    for (ProcessEvent next = queue.poll(); next != null; next = queue.poll()) {
      if (next.kind() == ProcessEvent.Kind.LOST) {
        lost++;
      }
      exited.addAll(table.take(next));
    }
    if (overflowed.getAndSet(false)) {
      lost++;
      exited.addAll(table.rescan());
    }
    return exited;
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
