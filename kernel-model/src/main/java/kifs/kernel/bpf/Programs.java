package kifs.kernel.bpf;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;

/**
 * The programs that this kernel takes, each loaded by itself: what it refuses is missing alone, and
 * {@link #states} says why. Not thread-safe.
 */
final class Programs implements AutoCloseable {
  private static final Path BTF = Path.of("/sys/kernel/btf/vmlinux");
  private static final String RUNS = "runs";

  private final LibBpfFunctions bpf;
  private final SharedMaps maps = new SharedMaps();
  private final Deque<BpfObject> loaded = new ArrayDeque<>();
  private final Map<String, String> states = new LinkedHashMap<>();

  /**
   * @throws BpfException if BPF can't be had at all
   */
  Programs() throws BpfException {
    bpf = LibBpf.functions();
    if (!Files.exists(BTF)) {
      throw new BpfException("this kernel does not describe its types: no " + BTF);
    }
  }

  /** What became of each program that was tried: {@code runs}, or why it doesn't. */
  Map<String, String> states() {
    return states;
  }

  /** Loads an object; null if the kernel refuses. */
  private BpfObject load(String name) {
    try {
      BpfObject object = BpfObject.load(name, maps);
      loaded.push(object);
      states.put(name, RUNS);
      return object;
    } catch (BpfException e) {
      states.put(name, e.getMessage());
      return null;
    }
  }

  /** Runs what finds out about the host, once. */
  void setUp() throws BpfException {
    BpfObject setup = load("setup");
    if (setup == null) {
      throw new BpfException(states.get("setup"));
    }
    drain(setup.open(setup.iterator("setup")));
  }

  private static void drain(int iterator) throws BpfException {
    if (iterator < 0) {
      throw new BpfException("can't open an iterator: errno " + -iterator);
    }
    NativeBuffer nothing = NativeBuffer.allocate(64);
    while (LibC.read(iterator, nothing.address(), nothing.capacity()) > 0) {
      // It has no output; it works as it is read.
    }
    LibC.close(iterator);
  }

  MappedMemory host() throws BpfException {
    return maps.map(SharedMaps.HOST, SharedLayout.HOST_BYTES);
  }

  /** What passes are made with; null if this kernel can't. */
  Sweep sweep() throws BpfException {
    BpfObject object = load("sweep");
    if (object == null) {
      return null;
    }
    long stride = SharedLayout.SLOT_BYTES;
    MappedMemory slots = maps.map(SharedMaps.SLOTS, SharedLayout.SLOTS * stride);
    List<Slot> all = new ArrayList<>();
    for (int i = 0; i < SharedLayout.SLOTS; i++) {
      all.add(new Slot(i, slots, new TestRun(bpf, object.program("sweep"))));
    }
    MappedMemory lists = maps.map(SharedMaps.LISTS, SharedLayout.LIST_BYTES);
    return new Sweep(
        new Slots(all),
        new Listing(lists, new TestRun(bpf, object.program("list"))),
        new TestRun(bpf, object.program("clock")));
  }

  /**
   * @param clock tells when the calling thread's time was last counted
   */
  record Sweep(Slots slots, Listing listing, TestRun clock) {}

  @Override
  public void close() {
    maps.close();
    // The first one made the maps.
    loaded.forEach(BpfObject::close);
    loaded.clear();
  }
}
