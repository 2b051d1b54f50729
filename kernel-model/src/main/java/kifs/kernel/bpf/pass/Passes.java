package kifs.kernel.bpf.pass;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.bpf.program.Listing;
import kifs.kernel.bpf.program.Programs;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.bpf.program.Slots;
import kifs.kernel.bpf.program.TestRun;
import kifs.kernel.bpf.program.Walk;
import kifs.kernel.linux.MappedMemory;

/**
 * The programs that passes over processes are made by on this kernel, and what these can do; {@link
 * PassMaker} makes the passes. Thread-safe.
 */
public sealed interface Passes {
  /**
   * Those of loaded programs: sweeps where they run, else walks.
   *
   * @throws BpfException if this kernel takes neither
   */
  static Passes of(Programs programs) throws BpfException {
    List<BpfProgram> needed =
        programs.sweeps() ? List.of(BpfProgram.SETUP) : List.of(BpfProgram.SETUP, BpfProgram.WALK);
    for (BpfProgram program : needed) {
      if (!programs.runs(program)) {
        throw new BpfException("the program " + program + ": " + programs.states().get(program));
      }
    }
    boolean firstNamespace = programs.host().buffer().getInt(HostLayout.PID_NS_LEVEL) == 0;
    TestRun clock = programs.run(BpfProgram.CLOCK);
    if (programs.sweeps()) {
      Slots slots = slots(programs, () -> sweeper(programs));
      Listing listing = new Listing(programs.lists(), programs.run(BpfProgram.LIST));
      return new BySweep(slots, listing, clock, firstNamespace);
    }
    Walk walk = new Walk(programs.object(), programs.host());
    return new ByWalk(slots(programs, () -> walk), walk, clock, firstNamespace);
  }

  private static Slots slots(Programs programs, Supplier<Slot.Worker> workers) throws BpfException {
    MappedMemory memory = programs.slots();
    List<Slot> all = new ArrayList<>();
    for (int i = 0; i < Capacity.SLOTS.count(); i++) {
      all.add(new Slot(i, memory, workers.get(), programs.run(BpfProgram.WAITS)));
    }
    return new Slots(all);
  }

  private static Slot.Worker sweeper(Programs programs) {
    TestRun sweep = programs.run(BpfProgram.SWEEP);
    return (slot, entries) -> sweep.call(slot.number());
  }

  Slots slots();

  /** Which processes there are, and what a pass is planned by; null: no program tells. */
  Listing listing();

  /** Tells when the calling thread's time was last counted; null: no program does. */
  TestRun clock();

  /** Whether one process is looked at without looking at all. */
  public boolean looksAtOne();

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
      Slot slot = slots.tryAcquire();
      if (slot == null) {
        return false;
      }
      try {
        walk.forEachPid(slot, visitor);
        return true;
      } finally {
        slots.release(slot);
      }
    }
  }
}
