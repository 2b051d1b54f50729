package kifs.notifier.happening;

import java.util.EnumMap;
import java.util.Map;
import kifs.kernel.source.KernelEvents.Loss;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;

/**
 * Counts the events of processes that were lost, so that reported plus lost is what happened. A
 * scan makes up for a lost exit: the exit is reported, so it counts as lost no more. Thread-safe:
 * guarded by this, and no other lock is acquired.
 */
final class LossCounter {
  private final Map<Kind, Long> counted = new EnumMap<>(Kind.class);
  private long uncounted;
  private long foundNs = Long.MIN_VALUE;

  /**
   * Whether a count was unknown since the last scan. Exits that the scan finds may then be among
   * the uncounted events.
   */
  private boolean isUncertain;

  /** Whether there was a loss that no scan has followed. */
  private boolean isStale;

  /** Counts a loss that the source has reported. */
  synchronized void add(ProcessEvent lost) {
    Loss loss = lost.loss();
    if (loss.kind() == Kind.LOST) {
      uncounted += loss.count();
    }
    isUncertain |= loss.kind() == Kind.LOST;
    add(loss.kind(), loss.count(), lost.boottimeNs());
  }

  /** Counts an event for which there was no space in the queue. */
  synchronized void addDropped(ProcessEvent event) {
    add(event.kind(), 1, event.boottimeNs());
  }

  private void add(Kind kind, long count, long boottimeNs) {
    if (kind != Kind.LOST && kind != Kind.RENAMED) {
      counted.merge(kind, count, Long::sum);
    }
    foundNs = Math.max(foundNs, boottimeNs);
    isStale = true;
  }

  /**
   * Notes that a scan begins. Losses from now on need another scan.
   *
   * @return whether there was a loss of unknown kind since the last scan
   */
  synchronized boolean beginScan() {
    boolean wasUncertain = isUncertain;
    isStale = false;
    isUncertain = false;
    return wasUncertain;
  }

  /**
   * Corrects the number of lost exits.
   *
   * @param exits how many exits more or less were lost. The number may be negative for a while,
   *     because a scan also finds exits whose events are still on their way
   */
  synchronized void correct(long exits) {
    counted.merge(Kind.EXIT, exits, Long::sum);
  }

  /** Whether the table of processes must be corrected by a scan. */
  synchronized boolean isStale() {
    return isStale;
  }

  /** Returns the losses since the last call. */
  synchronized Losses drain() {
    Map<Kind, Long> drained = new EnumMap<>(counted);
    drained.values().removeIf(count -> count <= 0);
    counted.values().removeIf(count -> count >= 0);
    Losses losses =
        drained.isEmpty() && uncounted == 0
            ? Losses.NONE
            : new Losses(Map.copyOf(drained), uncounted, foundNs);
    uncounted = 0;
    return losses;
  }

  /** Forgets exits that scans have found, because the table begins anew. */
  synchronized void clear() {
    counted.values().removeIf(count -> count < 0);
    isStale = false;
  }
}
