package kifs.kernel.bpf.pass;

import static java.util.Objects.requireNonNull;

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
import org.jspecify.annotations.Nullable;

/**
 * The programs that make passes on this kernel, and what these programs can do. {@link PassMaker}
 * makes the passes. Thread-safe.
 */
public sealed interface Passes {
  /**
   * Chooses among the loaded programs: sweeps if this kernel runs them, else walks.
   *
   * @throws BpfException if this kernel accepts neither
   */
  static Passes of(Programs programs) throws BpfException {
    List<BpfProgram> needed =
        programs.canSweep()
            ? List.of(BpfProgram.SETUP)
            : List.of(BpfProgram.SETUP, BpfProgram.WALK);
    for (BpfProgram program : needed) {
      if (!programs.runs(program)) {
        throw new BpfException("the program " + program + ": " + programs.states().get(program));
      }
    }
    boolean initialNamespace = programs.host().buffer().getInt(HostLayout.PID_NS_LEVEL) == 0;
    TestRun clock = programs.run(BpfProgram.CLOCK);
    if (programs.canSweep()) {
      Slots slots = slots(programs, () -> sweeper(programs));
      Listing listing = new Listing(programs.lists(), runnable(programs, BpfProgram.LIST));
      return new BySweep(slots, listing, clock, initialNamespace);
    }
    Walk walk = new Walk(programs.object(), programs.host());
    return new ByWalk(slots(programs, () -> walk), walk, clock, initialNamespace);
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
    TestRun sweep = runnable(programs, BpfProgram.SWEEP);
    return (slot, items) -> sweep.call(slot.number());
  }

  /** The runner of a program that {@link Programs#canSweep} requires. */
  private static TestRun runnable(Programs programs, BpfProgram program) {
    return requireNonNull(programs.run(program));
  }

  Slots slots();

  /** The list of all processes, by which a sweep is planned. Null if passes are made by walks. */
  @Nullable Listing listing();

  /**
   * The program that finds when the kernel last accounted the CPU time of the calling thread. Null
   * if this kernel doesn't accept it.
   */
  @Nullable TestRun clock();

  /** Whether a pass over one process needn't visit all processes. */
  boolean collectsOne();

  /** Whether the programs can read the memory of a process, such as its command line. */
  boolean readsMemory();

  /**
   * Visits the ids of all processes that the programs see.
   *
   * @return false if the programs can't list the processes now; then none was visited
   * @throws kifs.kernel.bpf.program.BpfStoppedException if the kernel doesn't run the program any
   *     more
   */
  boolean forEachPid(IntConsumer visitor);

  /**
   * Passes by programs that are called like system calls (Linux 6.7).
   *
   * @param initialNamespace whether the daemon runs in the initial pid namespace
   */
  record BySweep(Slots slots, Listing listing, @Nullable TestRun clock, boolean initialNamespace)
      implements Passes {
    @Override
    public boolean collectsOne() {
      return initialNamespace;
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
   * Passes by an iterator over tasks (Linux 5.17).
   *
   * @param initialNamespace whether the daemon runs in the initial pid namespace
   */
  record ByWalk(Slots slots, Walk walk, @Nullable TestRun clock, boolean initialNamespace)
      implements Passes {
    @Override
    public @Nullable Listing listing() {
      return null;
    }

    @Override
    public boolean collectsOne() {
      return initialNamespace && walk.canWalkOne();
    }

    @Override
    public boolean readsMemory() {
      return false;
    }

    /** Doesn't wait for a slot, because the caller may hold one. */
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
