package kifs.kernel.simulated;

import java.util.Collection;
import kifs.kernel.simulated.figures.Figure;

/** The counters of a process, summed over its threads. Guarded by the kernel's lock. */
final class GroupFigures {
  private final Collection<SimulatedThread> threads;
  private final long[] ofDead = new long[Figure.ALL.length];
  private final long[] ofChildren = new long[Figure.ALL.length];

  /**
   * @param threads a view of the live threads
   */
  GroupFigures(Collection<SimulatedThread> threads) {
    this.threads = threads;
  }

  /** The sum of a counter over all threads, including those that have ended. */
  long sum(Figure figure, long now) {
    long sum = ofDead[figure.ordinal()];
    for (SimulatedThread thread : threads) {
      sum += thread.counter(figure).at(now);
    }
    return sum;
  }

  /** The sum of a counter over all children that have ended. */
  long ofChildren(Figure figure) {
    return ofChildren[figure.ordinal()];
  }

  /** Adds the counters of a thread that ends now. */
  void accumulateThread(SimulatedThread thread, long now) {
    for (Figure figure : Figure.ALL) {
      ofDead[figure.ordinal()] += thread.counter(figure).at(now);
    }
  }

  /** Adds the counters of a child that ends now, and of the child's children, as wait(2) does. */
  void accumulateChild(GroupFigures child, long now) {
    for (Figure figure : Figure.ALL) {
      ofChildren[figure.ordinal()] += child.sum(figure, now) + child.ofChildren(figure);
    }
  }
}
