package kifs.kernel.bpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;

/**
 * The object file of programs and maps, loaded into the kernel. What is loaded goes with the
 * daemon: nothing is pinned, and the kernel drops what no open file refers to. Loading is not
 * thread-safe.
 */
final class BpfObject implements AutoCloseable {
  private static final int LOG_BYTES = 128 * 1024;
  private static final int LONGEST_REASON = 200;

  /** struct bpf_iter_attach_opts, and the union that says of whom. */
  private static final int OPTIONS_BYTES = 24;

  private static final int OPTIONS_TARGET = 8;
  private static final int OPTIONS_TARGET_BYTES = 16;
  private static final int TARGET_BYTES = 16;

  private final LibBpfFunctions bpf;
  private final Map<String, NativeBuffer> logs = new LinkedHashMap<>();
  private final Set<Long> links = new HashSet<>();
  private final NativeBuffer options = NativeBuffer.allocate(OPTIONS_BYTES);
  private final NativeBuffer target = NativeBuffer.allocate(TARGET_BYTES);
  private long object;

  private BpfObject(LibBpfFunctions bpf, long object) {
    this.bpf = bpf;
    this.object = object;
  }

  /**
   * Opens the object; {@link #load} must follow.
   *
   * @param name of the resource
   */
  static BpfObject open(String name) throws BpfException {
    LibBpfFunctions bpf = LibBpf.functions();
    byte[] bytes = resource(name);
    NativeBuffer memory = NativeBuffer.allocate(bytes.length);
    memory.buffer().put(0, bytes);
    long object = bpf.bpf_object__open_mem(memory.address(), bytes.length, 0);
    if (object == 0) {
      throw new BpfException("libbpf can't open " + name + ": errno " + LibBpf.lastError());
    }
    return new BpfObject(bpf, object);
  }

  /**
   * Loads programs, and no others.
   *
   * @param all of the object
   * @param wanted of them
   * @return 0, or a negative errno; then {@link #refusal} may know more
   */
  int load(Set<String> all, Set<String> wanted) {
    for (String name : all) {
      long program = bpf.bpf_object__find_program_by_name(object, address(name));
      bpf.bpf_program__set_autoload(program, wanted.contains(name));
      NativeBuffer log = NativeBuffer.allocate(LOG_BYTES);
      bpf.bpf_program__set_log_buf(program, log.address(), log.capacity());
      logs.put(name, log);
    }
    int result = bpf.bpf_object__load(object);
    if (result == 0) {
      logs.clear();
    }
    return result;
  }

  /** Leaves a map out that this kernel may not know; before {@link #load}. */
  void omitMap(String name) {
    bpf.bpf_map__set_autocreate(bpf.bpf_object__find_map_by_name(object, address(name)), false);
  }

  /** The program that the verifier spoke of in vain, or null. */
  String refused() {
    return logs.entrySet().stream()
        .filter(log -> log.getValue().buffer().get(0) != 0)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** The verifier's last words about a program. */
  String refusal(String program) {
    NativeBuffer log = logs.get(program);
    byte[] bytes = new byte[log.capacity()];
    log.buffer().get(0, bytes);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    String[] lines = new String(bytes, 0, end, StandardCharsets.ISO_8859_1).split("\n");
    for (int i = lines.length - 1; i >= 0; i--) {
      // It closes with how much it has looked at.
      if (!lines[i].isBlank() && !lines[i].startsWith("processed ")) {
        String line = lines[i].strip();
        return line.substring(0, Math.min(line.length(), LONGEST_REASON));
      }
    }
    return "the verifier gives no reason";
  }

  private static byte[] resource(String name) throws BpfException {
    try (InputStream in = BpfObject.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new BpfException("no " + name + " in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new BpfException("can't read " + name + ": " + e.getMessage());
    }
  }

  /**
   * Maps a map's content into our memory.
   *
   * @param bytes of all its entries
   */
  MappedMemory map(String name, long bytes) throws BpfException {
    int fd = map(name);
    int page = LibC.pageSize();
    try {
      return MappedMemory.map(fd, Math.toIntExact((bytes + page - 1) / page * page), 0, true);
    } catch (IOException e) {
      throw new BpfException(name + ": " + e.getMessage());
    }
  }

  /** The descriptor of a map. */
  int map(String name) {
    return bpf.bpf_map__fd(bpf.bpf_object__find_map_by_name(object, address(name)));
  }

  /** The descriptor of a program of this object. */
  int program(String name) {
    return bpf.bpf_program__fd(bpf.bpf_object__find_program_by_name(object, address(name)));
  }

  /**
   * A file that runs an iterator as it is read.
   *
   * @param tid of that thread alone; 0: of all. Before Linux 6.1 they are always of all
   */
  synchronized int iterator(String name, int tid) throws BpfException {
    long program = bpf.bpf_object__find_program_by_name(object, address(name));
    target.buffer().putInt(0, tid);
    options.buffer().putLong(0, OPTIONS_BYTES).putLong(OPTIONS_TARGET, target.address());
    options.buffer().putInt(OPTIONS_TARGET_BYTES, TARGET_BYTES);
    long link = link(name, bpf.bpf_program__attach_iter(program, tid == 0 ? 0 : options.address()));
    int fd = bpf.bpf_iter_create(bpf.bpf_link__fd(link));
    int error = LibBpf.lastError();
    // The file has all that it needs.
    detach(link);
    if (fd < 0) {
      throw new BpfException("can't open the iterator " + name + ": errno " + error);
    }
    return fd;
  }

  /**
   * Attaches a program to what its section names.
   *
   * @return to be given to {@link #detach}
   */
  synchronized long attach(String name) throws BpfException {
    long program = bpf.bpf_object__find_program_by_name(object, address(name));
    return link(name, bpf.bpf_program__attach(program));
  }

  synchronized void detach(long link) {
    if (links.remove(link)) {
      bpf.bpf_link__destroy(link);
    }
  }

  private long link(String name, long link) throws BpfException {
    if (link == 0) {
      throw new BpfException("can't attach " + name + ": errno " + LibBpf.lastError());
    }
    links.add(link);
    return link;
  }

  private static long address(String name) {
    return Names.address(name);
  }

  @Override
  public synchronized void close() {
    links.forEach(bpf::bpf_link__destroy);
    links.clear();
    if (object != 0) {
      bpf.bpf_object__close(object);
      object = 0;
    }
  }
}
