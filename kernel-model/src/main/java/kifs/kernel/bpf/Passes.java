package kifs.kernel.bpf;

import java.util.function.IntConsumer;
import kifs.kernel.bulk.Query;

/** How passes over processes are made on this kernel. Thread-safe. */
interface Passes {
  Slots slots();

  /** Which processes there are, and what a pass is planned by; null: no program tells. */
  Listing listing();

  /** Tells when the calling thread's time was last counted; null: no program does. */
  TestRun clock();

  /** Whether the programs can take all filters of a query; others are left to /proc. */
  boolean fits(Query query);

  /** Whether one process is looked at without looking at all. */
  boolean looksAtOne();

  /** Whether the programs read what lies in a process's own memory. */
  boolean readsMemory();

  /**
   * Makes one pass.
   *
   * @param slot lent to it
   * @return false if the only process that it is about has gone
   * @throws BpfStoppedException if the kernel doesn't run the programs any more
   */
  boolean collect(BpfEngine engine, Slot slot, PassRequest request);

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
    public boolean fits(Query query) {
      return BpfPass.fits(query);
    }

    @Override
    public boolean looksAtOne() {
      return firstNamespace;
    }

    @Override
    public boolean readsMemory() {
      return true;
    }

    @Override
    public boolean collect(BpfEngine engine, Slot slot, PassRequest request) {
      return new BpfPass(engine, slot, request).run();
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
    public boolean fits(Query query) {
      return WalkPass.fits(query) && (query.pids().isEmpty() || looksAtOne());
    }

    @Override
    public boolean looksAtOne() {
      return firstNamespace && walk.walksOne();
    }

    @Override
    public boolean readsMemory() {
      return false;
    }

    @Override
    public boolean collect(BpfEngine engine, Slot slot, PassRequest request) {
      return new WalkPass(engine, walk, slot, request).run();
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
