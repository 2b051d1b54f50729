package kifs.kernel.bpf.program;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/**
 * The object file of programs and maps, loaded into the kernel. What is loaded goes with the
 * daemon: nothing is pinned, and the kernel drops what no open file refers to. Loading is not
 * thread-safe.
 */
final class BpfObject implements AutoCloseable {
  /** By its whole path, so that it needn't be in the package of this class. */
  private static final String RESOURCE = "/kifs/kernel/bpf/kifs.bpf.o";

  /** The one task, or a process's tasks. */
  static final int TID = 0;

  static final int PID = 4;

  /** struct bpf_iter_attach_opts. */
  private static final int OPTIONS_BYTES = 24;

  private static final int LINK_INFO = 8;
  private static final int LINK_INFO_LENGTH = 16;
  private static final int LINK_INFO_BYTES = 12;

  private static final int LOG_BYTES = 128 * 1024;
  private static final int MAX_REASON_CHARS = 200;

  /** Of the verifier's log levels: its verdict, and figures about its own work. */
  private static final int VERDICT = 4;

  private static final List<String> FIGURES =
      List.of("processed ", "verification time ", "stack depth ");

  private final LibBpfFunctions bpf;
  private final Map<BpfProgram, NativeBuffer> logs = new EnumMap<>(BpfProgram.class);
  private final Set<Long> links = new HashSet<>();
  private final NativeBuffer options = NativeBuffer.allocate(OPTIONS_BYTES);
  private final NativeBuffer target = NativeBuffer.allocate(LINK_INFO_BYTES);
  private long object;
  private int logLevel;

  private BpfObject(LibBpfFunctions bpf, long object) {
    this.bpf = bpf;
    this.object = object;
  }

  /** Opens the object; {@link #load} must follow. */
  static BpfObject open() throws BpfException {
    LibBpfFunctions bpf = LibBpf.functions();
    byte[] bytes = resource();
    NativeBuffer memory = NativeBuffer.allocate(bytes.length);
    memory.buffer().put(0, bytes);
    long object = bpf.bpf_object__open_mem(memory.address(), bytes.length, 0);
    if (object == 0) {
      throw new BpfException("libbpf can't open " + RESOURCE + ": errno " + LibBpf.lastError());
    }
    return new BpfObject(bpf, object);
  }

  /**
   * Loads programs, and no others.
   *
   * @return 0, or a negative errno; then {@link #refusal} may know more
   */
  int load(Set<BpfProgram> wanted) {
    for (BpfProgram program : BpfProgram.values()) {
      long found = find(program);
      bpf.bpf_program__set_autoload(found, wanted.contains(program));
      NativeBuffer log = NativeBuffer.allocate(LOG_BYTES);
      bpf.bpf_program__set_log_buf(found, log.address(), log.capacity());
      bpf.bpf_program__set_log_level(found, logLevel);
      logs.put(program, log);
    }
    int result = bpf.bpf_object__load(object);
    if (result == 0) {
      logs.clear();
    }
    return result;
  }

  /** Lets the verifier tell no more than its verdict; before {@link #load}. */
  void reduceLog() {
    logLevel = VERDICT;
  }

  /** Leaves a map out that this kernel may not know; before {@link #load}. */
  void omitMap(String name) {
    bpf.bpf_map__set_autocreate(bpf.bpf_object__find_map_by_name(object, address(name)), false);
  }

  /** The program that the verifier spoke of in vain, or null. */
  BpfProgram refused() {
    return logs.entrySet().stream()
        .filter(log -> log.getValue().buffer().get(0) != 0)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  /** Whether there was no room for the verifier's last words. */
  boolean isTruncated(BpfProgram program) {
    NativeBuffer log = logs.get(program);
    return log.buffer().get(log.capacity() - 2) != 0;
  }

  /** The verifier's last words about a program. */
  String refusal(BpfProgram program) {
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
      if (!lines[i].isBlank() && FIGURES.stream().noneMatch(lines[i]::startsWith)) {
        String line = lines[i].strip();
        return line.substring(0, Math.min(line.length(), MAX_REASON_CHARS));
      }
    }
    return "the verifier gives no reason";
  }

  private static byte[] resource() throws BpfException {
    try (InputStream in = BpfObject.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new BpfException("no " + RESOURCE + " in this build");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new BpfException("can't read " + RESOURCE + ": " + e.getMessage());
    }
  }

  /**
   * Maps a map's content into our memory.
   *
   * @param bytes of all its entries
   */
  MappedMemory map(String name, long bytes) throws BpfException {
    int fd = map(name);
    int page = Syscalls.pageSize();
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
  int program(BpfProgram program) {
    return bpf.bpf_program__fd(find(program));
  }

  /** A link to an iterator, to be opened by {@link #open}. */
  int iterator(BpfProgram program) throws BpfException {
    return bpf.bpf_link__fd(link(program, bpf.bpf_program__attach_iter(find(program), 0)));
  }

  /**
   * Attaches a program to what its section names.
   *
   * @return to be given to {@link #detach}
   */
  synchronized long attach(BpfProgram program) throws BpfException {
    return link(program, bpf.bpf_program__attach(find(program)));
  }

  synchronized void detach(long link) {
    if (links.remove(link)) {
      bpf.bpf_link__destroy(link);
    }
  }

  private long link(BpfProgram program, long link) throws BpfException {
    if (link == 0) {
      throw new BpfException("can't attach " + program + ": errno " + LibBpf.lastError());
    }
    links.add(link);
    return link;
  }

  /**
   * The same as {@link #open}, by a link that goes with it.
   *
   * @param which of what a union bpf_iter_link_info says of a task: {@link #TID}, {@link #PID}
   * @param id 0: all tasks
   */
  synchronized int openFor(BpfProgram program, int which, int id) {
    target.buffer().putInt(TID, 0).putInt(PID, 0).putInt(which, id);
    options.buffer().putLong(0, OPTIONS_BYTES).putLong(LINK_INFO, target.address());
    options.buffer().putInt(LINK_INFO_LENGTH, LINK_INFO_BYTES);
    long link = bpf.bpf_program__attach_iter(find(program), options.address());
    if (link == 0) {
      return -LibBpf.lastError();
    }
    int fd = open(bpf.bpf_link__fd(link));
    bpf.bpf_link__destroy(link);
    return fd;
  }

  /** A file that runs the iterator as it is read; a negative errno if it can't be had. */
  int open(int iterator) {
    int fd = bpf.bpf_iter_create(iterator);
    return fd >= 0 ? fd : -LibBpf.lastError();
  }

  private long find(BpfProgram program) {
    return bpf.bpf_object__find_program_by_name(object, address(program.objectName()));
  }

  private static long address(String name) {
    return CStrings.address(name);
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
