package kifs.kernel.simulated;

import java.util.TreeMap;

/** What a process has counted by all its threads. Guarded by the kernel's lock. */
final class GroupFigures {
  private final TreeMap<Integer, SimulatedThread> threads;
  private final long[] ofDead = new long[Figure.ALL.length];
  private final long[] ofChildren = new long[Figure.ALL.length];

  /**
   * @param threads those alive, by id
   */
  GroupFigures(TreeMap<Integer, SimulatedThread> threads) {
    this.threads = threads;
  }

  /** Of the whole group, dead threads included. */
  long sum(Figure figure, long now) {
    long sum = ofDead[figure.ordinal()];
    for (SimulatedThread thread : threads.values()) {
      sum += thread.counter(figure).at(now);
    }
    return sum;
  }

  /** Of children that were waited for. */
  long ofChildren(Figure figure) {
    return ofChildren[figure.ordinal()];
  }

  /** Keeps what a thread that ends has counted. */
  void bury(SimulatedThread thread, long now) {
    for (Figure figure : Figure.ALL) {
      ofDead[figure.ordinal()] += thread.counter(figure).at(now);
    }
  }

  /** Takes over what a child that ends has counted, as wait(2) does. */
  void inherit(GroupFigures child, long now) {
    for (Figure figure : Figure.ALL) {
      ofChildren[figure.ordinal()] += child.sum(figure, now) + child.ofChildren(figure);
    }
  }
}
