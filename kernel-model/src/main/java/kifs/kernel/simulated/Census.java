package kifs.kernel.simulated;

import kifs.kernel.simulated.figures.Figure;

/**
 * Sums over all processes of a simulated host at one moment. The counters include processes that
 * have ended. Guarded by the kernel's lock.
 */
final class Census {
  private final long now;
  private final long[] figures = new long[Figure.ALL.length];
  private long rss;
  private long fds;
  private long runnable;
  private long blocked;

  /**
   * @param ofEnded the counters of the processes that have ended, by {@link Figure#ordinal}
   */
  Census(ProcessTable table, long[] ofEnded, long now) {
    this.now = now;
    System.arraycopy(ofEnded, 0, figures, 0, figures.length);
    table.singles().forEach(process -> add(process, 1));
    table.crowds().forEach(crowd -> add(crowd.template(), crowd.size()));
  }

  private void add(SimulatedProcess process, int times) {
    for (Figure figure : Figure.ALL) {
      figures[figure.ordinal()] += times * process.figures().sum(figure, now);
    }
    rss += times * process.memory().rssAt(now);
    fds += times * process.fdsAt(now);
    for (SimulatedThread thread : process.allThreads()) {
      runnable += thread.state() == 'R' ? times : 0;
      blocked += thread.state() == 'D' ? times : 0;
    }
  }

  long of(Figure figure) {
    return figures[figure.ordinal()];
  }

  long rss() {
    return rss;
  }

  long fds() {
    return fds;
  }

  long runnable() {
    return runnable;
  }

  long blocked() {
    return blocked;
  }
}
