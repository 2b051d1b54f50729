package kifs.notifier.sampling;

import java.util.Arrays;
import kifs.notifier.entity.Subject;
import kifs.notifier.metric.RecentRate;
import org.jspecify.annotations.Nullable;

/** What is known of one entity from sample to sample. Guarded by the notifier's lock. */
final class SeenEntity {
  /** What is known of one figure of the entity. */
  static final class Cell {
    /** What the last sample measured; null: there was none. */
    private @Nullable Measure last;

    /** Whether an excursion exceeds its threshold and only time must pass for a report. */
    private boolean holding;

    /** For rates: the window; null until the first sample. */
    private @Nullable RateWindow window;

    @Nullable Measure last() {
      return last;
    }

    void store(Measure measure, boolean isHolding) {
      if (last == null) {
        last = new Measure();
      }
      last.copy(measure);
      holding = isHolding;
    }

    boolean isHolding() {
      return holding;
    }

    /** Forgets what the last sample measured, so that the next one evaluates all conditions. */
    void forgetLast() {
      last = null;
    }

    /** The growth of the counter per second since the last sample; null if there was none. */
    @Nullable RecentRate recent(long nowNs, double counter) {
      return window == null ? null : window.recent(nowNs, counter);
    }

    /**
     * The window of the counter; created if there is none.
     *
     * @param windowNs its length
     * @param signed whether the counter may shrink
     */
    RateWindow window(long windowNs, boolean signed) {
      if (window == null) {
        window = new RateWindow(windowNs, signed);
      }
      return window;
    }
  }

  private final Subject subject;
  private @Nullable Cell[] cells;
  private long sampleNumber;

  /** Whether the last pass omitted the entity because it had not changed. */
  private boolean omitted;

  /**
   * @param slotCount the expected number of figures; there may be more
   */
  SeenEntity(Subject subject, int slotCount) {
    this.subject = subject;
    this.cells = new Cell[slotCount];
  }

  Subject subject() {
    return subject;
  }

  /**
   * Notes that a sample found the entity.
   *
   * @param number of the sample
   * @param untilNs boot time at which the sample before began; up to then an omitted entity had not
   *     changed
   */
  void markFound(long number, long untilNs) {
    sampleNumber = number;
    if (omitted) {
      omitted = false;
      extendUnchanged(untilNs);
    }
  }

  /** Notes that all counters of the entity were unchanged up to that boot time. */
  void extendUnchanged(long untilNs) {
    for (Cell cell : cells) {
      if (cell != null && cell.window != null) {
        cell.window.extendUnchanged(untilNs);
      }
    }
  }

  /** Notes that the pass omitted the entity because it had not changed. */
  void markOmitted() {
    omitted = true;
  }

  boolean isOmitted() {
    return omitted;
  }

  boolean wasFoundAt(long number) {
    return sampleNumber == number;
  }

  /** What is known of the figure in that slot; created if there is nothing. */
  Cell cell(int slot) {
    if (slot >= cells.length) {
      cells = Arrays.copyOf(cells, slot + 1);
    }
    Cell cell = cells[slot];
    if (cell == null) {
      cell = new Cell();
      cells[slot] = cell;
    }
    return cell;
  }

  /** What is known of the figure in that slot; null: nothing. */
  @Nullable Cell cellOrNull(int slot) {
    return slot < cells.length ? cells[slot] : null;
  }

  /** Forgets the figure in that slot. */
  void forget(int slot) {
    if (slot < cells.length) {
      cells[slot] = null;
    }
  }
}
