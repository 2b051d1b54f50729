package kifs.kernel.simulated;

import java.util.Collection;
import kifs.kernel.simulated.figures.Figure;

/** What a process has counted by all its threads. Guarded by the kernel's lock. */
final class GroupFigures {
  private final Collection<SimulatedThread> threads;
  private final long[] ofDead = new long[Figure.ALL.length];
  private final long[] ofChildren = new long[Figure.ALL.length];

  /**
   * @param threads a view of those that are alive
   */
  GroupFigures(Collection<SimulatedThread> threads) {
    this.threads = threads;
  }

  /** What all threads have counted so far, those that ended included. */
  long sum(Figure figure, long now) {
    long sum = ofDead[figure.ordinal()];
    for (SimulatedThread thread : threads) {
      sum += thread.counter(figure).at(now);
    }
    return sum;
  }

  /** What children have counted that ended and were waited for. */
  long ofChildren(Figure figure) {
    return ofChildren[figure.ordinal()];
  }

  /** Keeps what a thread has counted that ends now. */
  void accumulateThread(SimulatedThread thread, long now) {
    for (Figure figure : Figure.ALL) {
      ofDead[figure.ordinal()] += thread.counter(figure).at(now);
    }
  }

  /** Adds what a child has counted that ends now, as wait(2) does. */
  void accumulateChild(GroupFigures child, long now) {
    for (Figure figure : Figure.ALL) {
      ofChildren[figure.ordinal()] += child.sum(figure, now) + child.ofChildren(figure);
    }
  }
}
