package kifs.notifier;

import java.util.Arrays;

/** What is known of one entity from look to look. Guarded by the notifier's lock. */
final class Seen {
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

    /** The rate since the last look; NaN: there was none. */
    double recent(long nowNs, double counter) {
      return window == null ? Double.NaN : window.recent(nowNs, counter);
    }

    /** Enters a counter, and tells its rate. */
    void enter(Series series, long nowNs, double counter, long bornNs, Measure into) {
      if (window == null) {
        window = new RateWindow(series.overNs(), series.metric().isSigned());
      }
      into.recent = window.recent(nowNs, counter);
      window.add(nowNs, counter, bornNs);
      window.tell(into);
      into.divide(series.metric());
      if (!into.isThere()) {
        // Nobody is asked now; so all must be when it is known again, though it may be the same.
        last = null;
      }
    }
  }

  private final Subject subject;
  private Cell[] cells;
  private long look;
  private boolean resting;

  Seen(Subject subject, int series) {
    this.subject = subject;
    this.cells = new Cell[series];
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

  Cell cell(Series series) {
    int slot = series.slot();
    if (slot >= cells.length) {
      cells = Arrays.copyOf(cells, slot + 1);
    }
    if (cells[slot] == null) {
      cells[slot] = new Cell();
    }
    return cells[slot];
  }

  /** What is known of that series; null: nothing. */
  Cell known(Series series) {
    return series.slot() < cells.length ? cells[series.slot()] : null;
  }

  /** A series has gone: another one will have its slot. */
  void forget(int slot) {
    if (slot < cells.length) {
      cells[slot] = null;
    }
  }
}
