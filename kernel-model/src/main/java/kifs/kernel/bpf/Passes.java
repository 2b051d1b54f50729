package kifs.kernel.bpf;

import java.util.function.IntConsumer;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Query;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;

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
   * Collects everything that passes the filters.
   *
   * @param waits what threads wait for; null: that is left to /proc
   */
  void collect(
      BpfSource source,
      Slot slot,
      Query query,
      ThreadWaits waits,
      BulkBuilder into,
      Cancellation cancellation);

  /**
   * Collects one process; the query's pids are passed over, as whoever asks has it in hand.
   *
   * @param process proves afterwards that the records are its
   * @param waits as for {@link #collect}
   * @return false if it has gone
   */
  boolean collectOne(
      BpfSource source,
      Slot slot,
      ProcessRef process,
      Query query,
      ThreadWaits waits,
      BulkBuilder into,
      Cancellation cancellation);

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
    public void collect(
        BpfSource source,
        Slot slot,
        Query query,
        ThreadWaits waits,
        BulkBuilder into,
        Cancellation cancellation) {
      new BpfPass(source, slot, query, waits, false, into, cancellation).run();
    }

    @Override
    public boolean collectOne(
        BpfSource source,
        Slot slot,
        ProcessRef process,
        Query query,
        ThreadWaits waits,
        BulkBuilder into,
        Cancellation cancellation) {
      return new BpfPass(source, slot, query, waits, true, into, cancellation).runOne(process);
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
    public void collect(
        BpfSource source,
        Slot slot,
        Query query,
        ThreadWaits waits,
        BulkBuilder into,
        Cancellation cancellation) {
      new WalkPass(source, walk, slot, query, waits, false, into, cancellation).run();
    }

    @Override
    public boolean collectOne(
        BpfSource source,
        Slot slot,
        ProcessRef process,
        Query query,
        ThreadWaits waits,
        BulkBuilder into,
        Cancellation cancellation) {
      return new WalkPass(source, walk, slot, query, waits, true, into, cancellation)
          .runOne(process);
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
