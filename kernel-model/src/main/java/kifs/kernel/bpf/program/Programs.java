package kifs.kernel.bpf.program;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.HeldLayout;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.bpf.layout.LevelsLayout;
import kifs.kernel.bpf.layout.ListLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/**
 * The programs that this kernel takes: what it refuses is left out alone, and {@link #states} says
 * why. All are loaded at once, which costs a tenth of a second; only where that fails, one by one.
 * Not thread-safe.
 */
public final class Programs implements AutoCloseable {
  private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
  private static final State RUNS = new State(Status.RUNS, "");
  private static final State NOT_NEEDED =
      new State(Status.NOT_NEEDED, "not needed: " + BpfProgram.SWEEP + " runs");

  private final LibBpfFunctions bpf;
  private final Map<BpfProgram, State> states = new EnumMap<>(BpfProgram.class);
  private final List<MappedMemory> memory = new ArrayList<>();
  private final BpfObject object;
  private final MappedMemory host;

  /** What became of a program. */
  enum Status {
    RUNS,
    NOT_NEEDED,
    REFUSED
  }

  /**
   * What became of a program, and why.
   *
   * @param reason in a line; empty if it runs
   */
  public record State(Status status, String reason) {
    /** {@code runs}, or why it doesn't. */
    @Override
    public String toString() {
      return status == Status.RUNS ? "runs" : reason;
    }
  }

  /**
   * @param without programs to leave out, as if this kernel refused them
   * @throws BpfException if BPF can't be had at all
   */
  public Programs(Set<BpfProgram> without) throws BpfException {
    bpf = LibBpf.functions();
    if (!Files.exists(BTF)) {
      throw new BpfException("this kernel does not describe its types: no " + BTF);
    }
    Set<BpfProgram> wanted = EnumSet.allOf(BpfProgram.class);
    wanted.forEach(program -> states.put(program, RUNS));
    wanted.remove(BpfProgram.WALK);
    states.put(BpfProgram.WALK, NOT_NEEDED);
    without.forEach(program -> leaveOut(program, "left out", wanted));
    object = load(wanted);
    try {
      host = map("kifs_host_map", HostLayout.BYTES);
      if (runs(BpfProgram.SETUP)) {
        drain(object.open(object.iterator(BpfProgram.SETUP)));
      }
    } catch (BpfException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What became of each program, in the order of the programs. Can't be modified. */
  public Map<BpfProgram, State> states() {
    return Collections.unmodifiableMap(states);
  }

  public boolean runs(BpfProgram program) {
    return states.get(program).status() == Status.RUNS;
  }

  /** Passes are made by sweeps where those run, else by walks. */
  private void leaveOut(BpfProgram program, String why, Set<BpfProgram> wanted) {
    states.put(program, new State(Status.REFUSED, why));
    wanted.remove(program);
    for (BpfProgram other : BpfProgram.values()) {
      if (other.needs(program) && wanted.remove(other)) {
        states.put(other, new State(Status.REFUSED, "needs " + program));
      }
    }
    if (!canSweep() && states.get(BpfProgram.WALK).status() == Status.NOT_NEEDED) {
      states.put(BpfProgram.WALK, RUNS);
      wanted.add(BpfProgram.WALK);
    }
  }

  /** Whether the programs run that passes by sweeps are made with. */
  public boolean canSweep() {
    return runs(BpfProgram.LIST) && runs(BpfProgram.SWEEP) && runs(BpfProgram.CLOCK);
  }

  private BpfObject load(Set<BpfProgram> wanted) throws BpfException {
    while (!wanted.isEmpty()) {
      BpfObject tried = open(wanted);
      int result = tried.load(wanted);
      if (result == 0) {
        return tried;
      }
      BpfProgram refused = tried.refused();
      String reason = refused == null ? "" : refusal(tried, refused);
      tried.close();
      if (result == -Syscalls.EPERM && refused == null) {
        throw new BpfException(Denial.reason());
      }
      if (refused == null) {
        refused = findRefused(wanted);
        reason = "errno " + -result;
      }
      leaveOut(refused, reason, wanted);
    }
    throw new BpfException(
        "the kernel takes none of the programs: " + states.get(BpfProgram.SETUP));
  }

  /**
   * Kernels before Linux 6.4 keep the beginning of a long log, not its end: then the verifier is
   * asked again, for less.
   */
  private static String refusal(BpfObject tried, BpfProgram refused) throws BpfException {
    if (!tried.isTruncated(refused)) {
      return tried.refusal(refused);
    }
    try (BpfObject alone = open(Set.of(refused))) {
      alone.reduceLog();
      alone.load(Set.of(refused));
      return alone.refusal(refused);
    }
  }

  /** Where the verifier had nothing to say the kernel doesn't know that kind of program or map. */
  private static BpfProgram findRefused(Set<BpfProgram> wanted) throws BpfException {
    BpfProgram last = null;
    for (BpfProgram program : wanted) {
      last = program;
      BpfObject alone = open(Set.of(program));
      int result = alone.load(Set.of(program));
      alone.close();
      if (result != 0) {
        return program;
      }
    }
    return last;
  }

  private static BpfObject open(Set<BpfProgram> wanted) throws BpfException {
    BpfObject opened = BpfObject.open();
    for (BpfProgram program : BpfProgram.values()) {
      if (!wanted.contains(program)) {
        program.ownMaps().forEach(opened::omitMap);
      }
    }
    return opened;
  }

  private static void drain(int iterator) throws BpfException {
    if (iterator < 0) {
      throw new BpfException("can't open an iterator: errno " + -iterator);
    }
    NativeBuffer nothing = NativeBuffer.allocate(Long.BYTES);
    while (Syscalls.read(iterator, nothing.address(), nothing.capacity()) > 0) {
      // It has no output; it works as it is read.
    }
    Syscalls.close(iterator);
  }

  private MappedMemory map(String name, long bytes) throws BpfException {
    MappedMemory mapped = object.map(name, bytes);
    memory.add(mapped);
    return mapped;
  }

  /**
   * A file that runs an iterator as it is read.
   *
   * @param tid of that thread alone, as we see it; 0: of all
   * @return to be closed
   */
  public int iterator(BpfProgram program, int tid) throws BpfException {
    int fd = object.openFor(program, BpfObject.TID, tid);
    if (fd < 0) {
      throw new BpfException("can't open the iterator " + program + ": errno " + -fd);
    }
    return fd;
  }

  /** Where iterators over what processes hold leave it. */
  public MappedMemory held() throws BpfException {
    return map("kifs_holdings", HeldLayout.BYTES);
  }

  /** Whether iterators can be of one process alone. */
  public boolean canIterateOne() {
    return host.buffer().getInt(HostLayout.ITERATES_ONE) != 0;
  }

  /** The descriptor of the ring buffer of events. */
  public int events() {
    return object.map("kifs_events");
  }

  /** The levels of resident memory that {@link BpfProgram#RESIZED} compares with. */
  public MappedMemory levels() throws BpfException {
    return map("kifs_levels", LevelsLayout.BYTES);
  }

  /** How many events there was no room for. */
  public long lostEvents() {
    return host.buffer().getLong(HostLayout.LOST_EVENTS);
  }

  /** Attaches one of the programs that tell events, until {@link #detach}. */
  public long attach(BpfProgram program) throws BpfException {
    return object.attach(program);
  }

  public void detach(long link) {
    object.detach(link);
  }

  /** What programs and we tell each other about the host. */
  public MappedMemory host() {
    return host;
  }

  /** One entry for each slot. */
  public MappedMemory slots() throws BpfException {
    long stride = SlotLayout.BYTES;
    return map("kifs_slots", Capacity.SLOTS.count() * stride);
  }

  /** Where {@link BpfProgram#LIST} leaves the processes that it finds. */
  public MappedMemory lists() throws BpfException {
    return map("kifs_lists", ListLayout.BYTES);
  }

  /** Runs a program that is called like a system call; null: this kernel doesn't take it. */
  public TestRun run(BpfProgram program) {
    return runs(program) ? new TestRun(bpf, program, object.program(program)) : null;
  }

  /** The loaded object, for whoever opens iterators of it. */
  public BpfObject object() {
    return object;
  }

  @Override
  public void close() {
    memory.forEach(MappedMemory::close);
    memory.clear();
    object.close();
  }
}
