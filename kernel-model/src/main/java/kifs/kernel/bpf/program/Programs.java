package kifs.kernel.bpf.program;

import static java.util.Objects.requireNonNull;

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
import kifs.kernel.bpf.layout.EventKind;
import kifs.kernel.bpf.layout.HeldLayout;
import kifs.kernel.bpf.layout.HostLayout;
import kifs.kernel.bpf.layout.LevelsLayout;
import kifs.kernel.bpf.layout.ListLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.NoDescriptorsException;
import org.jspecify.annotations.Nullable;

/**
 * The programs that this kernel accepts. A program that it refuses is omitted alone, and {@link
 * #states} says why. All programs are loaded at once, which takes a tenth of a second. Only if that
 * fails without a reason are they tried one by one.
 *
 * <p>Not thread-safe, except {@link #runs}, {@link #attach}, {@link #detach}, {@link #iterator} and
 * {@link #lostEvents}.
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

  /** Whether a program is loaded. */
  enum Status {
    RUNS,
    NOT_NEEDED,
    REFUSED
  }

  /**
   * Whether a program is loaded, and if not, why.
   *
   * @param reason one line; empty if the program runs
   */
  public record State(Status status, String reason) {
    /** {@code runs}, or the reason why it doesn't. */
    @Override
    public String toString() {
      return status == Status.RUNS ? "runs" : reason;
    }
  }

  /**
   * Loads the programs.
   *
   * @param without programs to omit, as if this kernel refused them
   * @throws BpfException if the kernel accepts none of the programs, or not for this daemon
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
    without.forEach(program -> refuse(program, "left out", wanted));
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

  /** The state of each program, in the order of {@link BpfProgram}. Can't be modified. */
  public Map<BpfProgram, State> states() {
    return Collections.unmodifiableMap(states);
  }

  /** Every program has a state from the beginning. */
  private State state(BpfProgram program) {
    return requireNonNull(states.get(program));
  }

  public boolean runs(BpfProgram program) {
    return state(program).status() == Status.RUNS;
  }

  /**
   * Notes that a program is refused, and with it the programs that need it. If sweeps can't run
   * without it, the program for walks is wanted instead.
   */
  private void refuse(BpfProgram program, String why, Set<BpfProgram> wanted) {
    states.put(program, new State(Status.REFUSED, why));
    wanted.remove(program);
    for (BpfProgram other : BpfProgram.values()) {
      if (other.needs(program) && wanted.remove(other)) {
        states.put(other, new State(Status.REFUSED, "needs " + program));
      }
    }
    if (!canSweep() && state(BpfProgram.WALK).status() == Status.NOT_NEEDED) {
      states.put(BpfProgram.WALK, RUNS);
      wanted.add(BpfProgram.WALK);
    }
  }

  /** Whether all programs run that a pass by sweeps needs. */
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
      BpfProgram refused = tried.refusedProgram();
      String reason = refused == null ? "" : refusal(tried, refused);
      tried.close();
      if (result == -Syscalls.EPERM && refused == null) {
        throw new BpfException(Denial.reason());
      }
      if (refused == null) {
        refused = findRefused(wanted);
        reason = "errno " + -result;
      }
      refuse(refused, reason, wanted);
    }
    throw new BpfException(
        "the kernel takes none of the programs: " + states.get(BpfProgram.SETUP));
  }

  /**
   * The verifier's reason. A kernel before Linux 6.4 keeps the beginning of a long log and not its
   * end, where the reason is. In that case the program is loaded again with a shorter log.
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

  /**
   * Finds a program that this kernel refuses by loading one after the other. If the verifier wrote
   * no log, the kernel doesn't know the type of a program or of a map.
   */
  private static BpfProgram findRefused(Set<BpfProgram> wanted) throws BpfException {
    BpfProgram last = wanted.iterator().next();
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
      // The iterator has no output. It runs as it is read.
    }
    Syscalls.close(iterator);
  }

  private MappedMemory map(String name, long bytes) throws BpfException {
    MappedMemory mapped = object.map(name, bytes);
    memory.add(mapped);
    return mapped;
  }

  /**
   * Opens a file that runs an iterator when it is read.
   *
   * @param pid the only process whose threads to visit, by its id in the daemon's pid namespace; 0:
   *     all threads
   * @return a descriptor, which the caller must close
   * @throws BpfException if the kernel refuses
   */
  public int iterator(BpfProgram program, int pid) throws BpfException {
    int fd = object.openFor(program, BpfObject.PID, pid);
    NoDescriptorsException.throwIf(Syscalls.isShortage(fd));
    if (fd < 0) {
      throw new BpfException("can't open the iterator " + program + ": errno " + -fd);
    }
    return fd;
  }

  /** The memory into which the iterators over open files and mappings write. */
  public MappedMemory held() throws BpfException {
    return map("kifs_holdings", HeldLayout.BYTES);
  }

  /** Whether an iterator can visit one process alone (Linux 6.1). */
  public boolean canIterateOne() {
    return host.buffer().getInt(HostLayout.ITERATES_ONE) != 0;
  }

  /** The descriptor of the ring buffer of events. */
  public int events() {
    return object.mapFd("kifs_events");
  }

  /** The levels of resident memory that {@link BpfProgram#RESIZED} compares with. */
  public MappedMemory levels() throws BpfException {
    return map("kifs_levels", LevelsLayout.BYTES);
  }

  /** The number of events of that kind that were lost because the ring buffer had no space. */
  public long lostEvents(EventKind kind) {
    return host.buffer().getLong(HostLayout.LOST_EVENTS + kind.ordinal() * Long.BYTES);
  }

  /** Attaches a program that reports events, until {@link #detach}. */
  public long attach(BpfProgram program) throws BpfException {
    return object.attach(program);
  }

  public void detach(long link) {
    object.detach(link);
  }

  /** The memory about the host that the programs and the daemon share, see {@link HostLayout}. */
  public MappedMemory host() {
    return host;
  }

  /** The memory of all slots, see {@link SlotLayout}. */
  public MappedMemory slots() throws BpfException {
    long stride = SlotLayout.BYTES;
    return map("kifs_slots", Capacity.SLOTS.count() * stride);
  }

  /** The memory into which {@link BpfProgram#LIST} writes the processes. */
  public MappedMemory lists() throws BpfException {
    return map("kifs_lists", ListLayout.BYTES);
  }

  /** The runner of a program that is called like a system call. Null if this kernel refused it. */
  public @Nullable TestRun run(BpfProgram program) {
    return runs(program) ? new TestRun(bpf, program, object.programFd(program)) : null;
  }

  /** The loaded object, from which {@link Walk} opens iterators. */
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
