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
  static final String FORKED = "forked";
  static final String EXECED = "execed";
  static final String RENAMED = "renamed";
  static final String EXITED = "exited";
  static final String OOM_KILLED = "oom_killed";

  private static final Set<String> ALL =
      new LinkedHashSet<>(
          List.of(
              SETUP,
              LIST,
              SWEEP,
              CLOCK,
              WAITS,
              FILES,
              MAPPINGS,
              FORKED,
              EXECED,
              RENAMED,
              EXITED,
              OOM_KILLED));

  private static final String OBJECT = "kifs.bpf.o";

  /** Maps of kinds that came later than others, each with the program that has it: Linux 5.11. */
  private static final Map<String, String> TASK_STORAGE =
      Map.of("kifs_commands_read", SWEEP, "kifs_ended", EXITED);

  private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
  private static final String RUNS = "runs";

  private final LibBpfFunctions bpf;
  private final Map<String, String> states = new LinkedHashMap<>();
  private final List<MappedMemory> memory = new ArrayList<>();
  private final BpfObject object;
  private final MappedMemory host;

  /**
   * @throws BpfException if BPF can't be had at all
   */
  Programs() throws BpfException {
    bpf = LibBpf.functions();
    if (!Files.exists(BTF)) {
      throw new BpfException("this kernel does not describe its types: no " + BTF);
    }
    ALL.forEach(name -> states.put(name, RUNS));
    object = load(new LinkedHashSet<>(ALL));
    try {
      host = map("kifs_host_map", SharedLayout.HOST_BYTES);
      if (runs(SETUP)) {
        drain(iterator(SETUP, 0));
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

  private BpfObject load(Set<String> wanted) throws BpfException {
    while (!wanted.isEmpty()) {
      BpfObject tried = open(wanted);
      int result = tried.load(ALL, wanted);
      if (result == 0) {
        return tried;
      }
      String refused = tried.refused();
      String reason = refused == null ? "" : tried.refusal(refused);
      tried.close();
      if (result == -LibC.EPERM && refused == null) {
        throw new BpfException(Denial.reason());
      }
      if (refused == null) {
        refused = findRefused(wanted);
        reason = "errno " + -result;
      }
      states.put(refused, reason);
      wanted.remove(refused);
    }
    throw new BpfException("the kernel takes none of the programs: " + states.get(SETUP));
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
    TASK_STORAGE.forEach(
        (map, program) -> {
          if (!wanted.contains(program)) {
            opened.omitMap(map);
          }
        });
    return opened;
  }

  private static void drain(int iterator) {
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
   * Runs an iterator as it is read.
   *
   * @param tid of that thread alone, as we see it; 0: of all
   * @return to be closed
   */
  int iterator(String name, int tid) throws BpfException {
    return object.iterator(name, tid);
  }

  /** Where iterators over what processes hold leave it. */
  MappedMemory held() throws BpfException {
    return map("kifs_holdings", SharedLayout.HELD_BYTES);
  }

  /** Whether iterators can be of one process alone. */
  boolean iteratesOne() {
    return host.buffer().getLong(SharedLayout.ITERATES_ONE) != 0;
  }

  /** The descriptor of the ring buffer of events. */
  int events() {
    return object.map("kifs_events");
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

  /** What passes are made with. */
  Sweep sweep() throws BpfException {
    long stride = SharedLayout.SLOT_BYTES;
    MappedMemory slots = map("kifs_slots", SharedLayout.SLOTS * stride);
    List<Slot> all = new ArrayList<>();
    for (int i = 0; i < SharedLayout.SLOTS; i++) {
      TestRun waits = runs(WAITS) ? new TestRun(bpf, object.program(WAITS)) : null;
      all.add(new Slot(i, slots, new TestRun(bpf, object.program(SWEEP)), waits));
    }
    MappedMemory lists = map("kifs_lists", SharedLayout.LIST_BYTES);
    return new Sweep(
        new Slots(all),
        new Listing(lists, new TestRun(bpf, object.program(LIST))),
        new TestRun(bpf, object.program(CLOCK)));
  }

  /**
   * @param clock tells when the calling thread's time was last counted
   */
  record Sweep(Slots slots, Listing listing, TestRun clock) {}

  @Override
  public void close() {
    memory.forEach(MappedMemory::close);
    memory.clear();
    object.close();
  }
}
