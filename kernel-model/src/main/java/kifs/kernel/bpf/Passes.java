package kifs.kernel.bpf;

import java.util.function.IntConsumer;

/**
 * The programs that passes over processes are made by on this kernel, and what these can do; {@link
 * PassMaker} makes the passes. Thread-safe.
 */
sealed interface Passes {
  Slots slots();

  /** Which processes there are, and what a pass is planned by; null: no program tells. */
  Listing listing();

  /** Tells when the calling thread's time was last counted; null: no program does. */
  TestRun clock();

  /** Whether one process is looked at without looking at all. */
  boolean looksAtOne();

  /** Whether the programs read what lies in a process's own memory. */
  boolean readsMemory();

  /** Visits the ids of all processes that the programs see; false: that can't be told now. */
  boolean forEachPid(IntConsumer visitor);

  /**
   * By programs that are called like system calls (Linux 6.7).
   *
   * @param firstNamespace whether ids are to us what they are to the programs
   */
  record BySweep(Slots slots, Listing listing, TestRun clock, boolean firstNamespace)
      implements Passes {
    @Override
    public boolean looksAtOne() {
      return firstNamespace;
    }

    @Override
    public boolean readsMemory() {
      return true;
    }

    @Override
    public boolean forEachPid(IntConsumer visitor) {
      return listing.forEach((pid, visible, threads, uid, cssSet) -> visitor.accept(visible));
    }
  }

  /**
   * By an iterator over tasks (Linux 5.17).
   *
   * @param firstNamespace whether ids are to us what they are to the programs
   */
  record ByWalk(Slots slots, Walk walk, TestRun clock, boolean firstNamespace) implements Passes {
    @Override
    public Listing listing() {
      return null;
    }

    @Override
    public boolean looksAtOne() {
      return firstNamespace && walk.walksOne();
    }

    @Override
    public boolean readsMemory() {
      return false;
    }

    /** Whoever asks may hold a slot, so none is waited for. */
    @Override
    public boolean forEachPid(IntConsumer visitor) {
      Slot slot = slots.takeIfFree();
      if (slot == null) {
        return false;
      }
      try {
        walk.forEachPid(slot, visitor);
        return true;
      } finally {
        slots.give(slot);
      }
    }
  }
}
