package kifs.notifier.sampling;

import java.util.Arrays;
import kifs.notifier.entity.Subject;

/** What is known of one entity from look to look. Guarded by the notifier's lock. */
final class SeenEntity {
  /** Of one series. */
  static final class Cell {
    /** At the last look; null: there was none. */
    private Measure last;

    /** Whether some excursion only waits for time to pass. */
    private boolean holding;

    private RateWindow window;

    Measure last() {
      return last;
    }

    void keep(Measure measure, boolean isHolding) {
      if (last == null) {
        last = new Measure();
      }
      last.copy(measure);
      holding = isHolding;
    }

    boolean isHolding() {
      return holding;
    }

    /** Forgets what the last sample measured, so that all conditions are asked at the next. */
    void forgetLast() {
      last = null;
    }

    /** The rate since the last sample, in the counter's unit a second; NaN: there was none. */
    double recent(long nowNs, double counter) {
      return window == null ? Double.NaN : window.recent(nowNs, counter);
    }

    /**
     * The samples of the counter, none at first.
     *
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
  private Cell[] cells;
  private long look;
  private boolean resting;

  /**
   * @param slots that are likely to be used: more may be
   */
  SeenEntity(Subject subject, int slots) {
    this.subject = subject;
    this.cells = new Cell[slots];
  }

  Subject subject() {
    return subject;
  }

  /**
   * It is found by that look.
   *
   * @param untilNs if it was resting, when the last look began that it was the same at
   */
  void at(long lookNumber, long untilNs) {
    look = lookNumber;
    if (resting) {
      resting = false;
      stood(untilNs);
    }
  }

  /** All its counters were still the same at that later time. */
  void stood(long untilNs) {
    for (Cell cell : cells) {
      if (cell != null && cell.window != null) {
        cell.window.stood(untilNs);
      }
    }
  }

  /** From now on it isn't found, as nothing of it has changed. */
  void rest() {
    resting = true;
  }

  boolean isResting() {
    return resting;
  }

  boolean isAt(long lookNumber) {
    return look == lookNumber;
  }

  /** What is known of the series with that slot, nothing at first. */
  Cell cell(int slot) {
    if (slot >= cells.length) {
      cells = Arrays.copyOf(cells, slot + 1);
    }
    if (cells[slot] == null) {
      cells[slot] = new Cell();
    }
    return cells[slot];
  }

  /** What is known of the series with that slot; null: nothing. */
  Cell known(int slot) {
    return slot < cells.length ? cells[slot] : null;
  }

  /** A series has gone: another one will have its slot. */
  void forget(int slot) {
    if (slot < cells.length) {
      cells[slot] = null;
    }
  }
}
