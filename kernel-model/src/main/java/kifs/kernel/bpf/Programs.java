package kifs.kernel.bpf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;

/**
 * The programs that this kernel takes: what it refuses is left out alone, and {@link #states} says
 * why. All are loaded at once, which costs a tenth of a second; only where that fails, one by one.
 * Not thread-safe.
 */
final class Programs implements AutoCloseable {
  static final String SETUP = "setup";
  static final String LIST = "list";
  static final String SWEEP = "sweep";
  static final String CLOCK = "clock";
  static final String WAITS = "waits";
  static final String FILES = "files";
  static final String MAPPINGS = "mappings";
  static final String WALK = "walk";
  static final String FORKED = "forked";
  static final String EXECED = "execed";
  static final String RENAMED = "renamed";
  static final String EXITED = "exited";
  static final String OOM_KILLED = "oom_killed";
  static final String RESIZED = "resized";

  private static final Set<String> ALL =
      new LinkedHashSet<>(
          List.of(
              SETUP,
              LIST,
              SWEEP,
              WALK,
              CLOCK,
              WAITS,
              FILES,
              MAPPINGS,
              FORKED,
              EXECED,
              RENAMED,
              EXITED,
              OOM_KILLED,
              RESIZED));

  /** Programs that are of no use without another one. */
  private static final Map<String, String> NEEDS = Map.of(SWEEP, LIST, WAITS, LIST);

  private static final String OBJECT = "kifs.bpf.o";

  /**
   * Maps that one program has for itself: either of a kind that came later than others (task
   * storage, Linux 5.11), or large.
   */
  private static final Map<String, String> OWN_MAPS =
      Map.of(
          "kifs_commands_read", SWEEP,
          "kifs_followed", SWEEP,
          "kifs_ended", EXITED,
          "kifs_lists", LIST,
          "kifs_levels", RESIZED,
          "kifs_beyond", RESIZED,
          "kifs_resizings", RESIZED);

  private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
  private static final String RUNS = "runs";
  private static final String NOT_NEEDED = "not needed: sweep runs";

  private final LibBpfFunctions bpf;
  private final Map<String, String> states = new LinkedHashMap<>();
  private final List<MappedMemory> memory = new ArrayList<>();
  private final BpfObject object;
  private final MappedMemory host;

  /**
   * @param without programs to leave out, as if this kernel refused them
   * @throws BpfException if BPF can't be had at all
   */
  Programs(Set<String> without) throws BpfException {
    bpf = LibBpf.functions();
    if (!Files.exists(BTF)) {
      throw new BpfException("this kernel does not describe its types: no " + BTF);
    }
    ALL.forEach(name -> states.put(name, RUNS));
    Set<String> wanted = new LinkedHashSet<>(ALL);
    wanted.remove(WALK);
    states.put(WALK, NOT_NEEDED);
    without.forEach(name -> leaveOut(name, "left out", wanted));
    object = load(wanted);
    try {
      host = map("kifs_host_map", SharedLayout.HOST_BYTES);
      if (runs(SETUP)) {
        drain(object.open(object.iterator(SETUP)));
      }
    } catch (BpfException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What became of each program: {@code runs}, or why it doesn't. */
  Map<String, String> states() {
    return states;
  }

  boolean runs(String name) {
    return states.get(name).equals(RUNS);
  }

  /** Passes are made by sweeps where those run, else by walks. */
  private void leaveOut(String program, String why, Set<String> wanted) {
    states.put(program, why);
    wanted.remove(program);
    NEEDS.forEach(
        (other, needed) -> {
          if (needed.equals(program) && wanted.remove(other)) {
            states.put(other, "needs " + program);
          }
        });
    if (!sweeps() && states.get(WALK).equals(NOT_NEEDED)) {
      states.put(WALK, RUNS);
      wanted.add(WALK);
    }
  }

  /** Whether the programs run that passes by sweeps are made with. */
  boolean sweeps() {
    return runs(LIST) && runs(SWEEP) && runs(CLOCK);
  }

  private BpfObject load(Set<String> wanted) throws BpfException {
    while (!wanted.isEmpty()) {
      BpfObject tried = open(wanted);
      int result = tried.load(ALL, wanted);
      if (result == 0) {
        return tried;
      }
      String refused = tried.refused();
      String reason = refused == null ? "" : refusal(tried, refused);
      tried.close();
      if (result == -LibC.EPERM && refused == null) {
        throw new BpfException(Denial.reason());
      }
      if (refused == null) {
        refused = findRefused(wanted);
        reason = "errno " + -result;
      }
      leaveOut(refused, reason, wanted);
    }
    throw new BpfException("the kernel takes none of the programs: " + states.get(SETUP));
  }

  /**
   * Kernels before Linux 6.4 keep the beginning of a long log, not its end: then the verifier is
   * asked again, for less.
   */
  private static String refusal(BpfObject tried, String refused) throws BpfException {
    if (!tried.isCutOff(refused)) {
      return tried.refusal(refused);
    }
    try (BpfObject alone = open(Set.of(refused))) {
      alone.sayLess();
      alone.load(ALL, Set.of(refused));
      return alone.refusal(refused);
    }
  }

  /** Where the verifier had nothing to say the kernel doesn't know that kind of program or map. */
  private static String findRefused(Set<String> wanted) throws BpfException {
    String last = null;
    for (String name : wanted) {
      last = name;
      BpfObject alone = open(Set.of(name));
      int result = alone.load(ALL, Set.of(name));
      alone.close();
      if (result != 0) {
        return name;
      }
    }
    return last;
  }

  private static BpfObject open(Set<String> wanted) throws BpfException {
    BpfObject opened = BpfObject.open(OBJECT);
    OWN_MAPS.forEach(
        (map, program) -> {
          if (!wanted.contains(program)) {
            opened.omitMap(map);
          }
        });
    return opened;
  }

  private static void drain(int iterator) throws BpfException {
    if (iterator < 0) {
      throw new BpfException("can't open an iterator: errno " + -iterator);
    }
    NativeBuffer nothing = NativeBuffer.allocate(Long.BYTES);
    while (LibC.read(iterator, nothing.address(), nothing.capacity()) > 0) {
      // It has no output; it works as it is read.
    }
    LibC.close(iterator);
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
  int iterator(String name, int tid) throws BpfException {
    int fd = object.openOnce(name, BpfObject.TID, tid);
    if (fd < 0) {
      throw new BpfException("can't open the iterator " + name + ": errno " + -fd);
    }
    return fd;
  }

  /** Where iterators over what processes hold leave it. */
  MappedMemory held() throws BpfException {
    return map("kifs_holdings", SharedLayout.HELD_BYTES);
  }

  /** Whether iterators can be of one process alone. */
  boolean iteratesOne() {
    return host.buffer().getInt(SharedLayout.WALKS_ONE) != 0;
  }

  /** The descriptor of the ring buffer of events. */
  int events() {
    return object.map("kifs_events");
  }

  /** The levels of resident memory that {@link #RESIZED} compares with. */
  MappedMemory levels() throws BpfException {
    return map("kifs_levels", SharedLayout.LEVELS_BYTES);
  }

  /** How many events there was no room for. */
  long lostEvents() {
    return host.buffer().getLong(SharedLayout.LOST_EVENTS);
  }

  /** Attaches one of the programs that tell events, until {@link #detach}. */
  long attach(String program) throws BpfException {
    return object.attach(program);
  }

  void detach(long link) {
    object.detach(link);
  }

  /** What programs and we tell each other about the host. */
  MappedMemory host() {
    return host;
  }

  /** One entry for each slot. */
  MappedMemory slots() throws BpfException {
    long stride = SharedLayout.SLOT_BYTES;
    return map("kifs_slots", SharedLayout.SLOTS * stride);
  }

  /** Where {@link #LIST} leaves the processes that it finds. */
  MappedMemory lists() throws BpfException {
    return map("kifs_lists", SharedLayout.LIST_BYTES);
  }

  /** Runs a program that is called like a system call; null: this kernel doesn't take it. */
  TestRun run(String program) {
    return runs(program) ? new TestRun(bpf, object.program(program)) : null;
  }

  /** The loaded object, for whoever opens iterators of it. */
  BpfObject object() {
    return object;
  }

  @Override
  public void close() {
    memory.forEach(MappedMemory::close);
    memory.clear();
    object.close();
  }
}
