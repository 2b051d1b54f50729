package kifs.kernel.bpf.program;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.linux.MappedMemory;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.NoDescriptorsException;
import org.jspecify.annotations.Nullable;

/**
 * The object file of programs and maps, loaded into the kernel. Nothing is pinned, so the kernel
 * unloads all of it when the daemon ends.
 *
 * <p>{@link #load} and what precedes it are not thread-safe. After that the object is thread-safe;
 * links and their options are guarded by this.
 */
final class BpfObject implements AutoCloseable {
  /** An absolute path, so that the file needn't be in the package of this class. */
  private static final String RESOURCE = "/kifs/kernel/bpf/kifs.bpf.o";

  /** Offset of {@code task.tid} in {@code union bpf_iter_link_info}: an iterator over one task. */
  static final int TID = 0;

  /** Offset of {@code task.pid} there: an iterator over the tasks of one process. */
  static final int PID = 4;

  /** The size of {@code struct bpf_iter_attach_opts}, and the offsets of two members. */
  private static final int OPTIONS_BYTES = 24;

  private static final int LINK_INFO = 8;
  private static final int LINK_INFO_LENGTH = 16;
  private static final int LINK_INFO_BYTES = 12;

  private static final int LOG_BYTES = 128 * 1024;
  private static final int MAX_REASON_CHARS = 200;

  /** A log level of the verifier ({@code BPF_LOG_STATS}): its verdict and its own statistics. */
  private static final int LOG_STATS = 4;

  /** How lines of the verifier's statistics begin. */
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

  /**
   * Opens the object. {@link #load} must follow.
   *
   * @throws BpfException if libbpf is not installed or can't open the object
   */
  static BpfObject open() throws BpfException {
    LibBpfFunctions bpf = LibBpf.functions();
    byte[] bytes = resource();
    NativeBuffer memory = NativeBuffer.allocate(bytes.length);
    memory.buffer().put(0, bytes);
    long object;
    try {
      object = bpf.bpf_object__open_mem(memory.address(), bytes.length, 0);
    } finally {
      // libbpf copies what it needs, but until the call returns nothing else refers to the memory.
      Reference.reachabilityFence(memory);
    }
    if (object == 0) {
      throw new BpfException("libbpf can't open " + RESOURCE + ": errno " + LibBpf.lastError());
    }
    return new BpfObject(bpf, object);
  }

  /**
   * Loads the wanted programs and no others.
   *
   * @return 0, or a negative errno; then {@link #refusal} may give the reason
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

  /** Has the verifier log no more than its verdict. Must be called before {@link #load}. */
  void reduceLog() {
    logLevel = LOG_STATS;
  }

  /** Omits a map whose type this kernel may not know. Must be called before {@link #load}. */
  void omitMap(String name) {
    bpf.bpf_map__set_autocreate(bpf.bpf_object__find_map_by_name(object, address(name)), false);
  }

  /** The program for which the verifier wrote a log, because it refused it. Null: none. */
  @Nullable BpfProgram refusedProgram() {
    return logs.entrySet().stream()
        .filter(log -> log.getValue().buffer().get(0) != 0)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(null);
  }

  private NativeBuffer log(BpfProgram program) {
    return requireNonNull(logs.get(program), "not among the programs that were loaded");
  }

  /** Whether the log had no space for the verifier's last lines. */
  boolean isTruncated(BpfProgram program) {
    NativeBuffer log = log(program);
    return log.buffer().get(log.capacity() - 2) != 0;
  }

  /** The reason that the verifier gave last for refusing a program, in a line. */
  String refusal(BpfProgram program) {
    NativeBuffer log = log(program);
    byte[] bytes = new byte[log.capacity()];
    log.buffer().get(0, bytes);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    String[] lines = new String(bytes, 0, end, StandardCharsets.ISO_8859_1).split("\n");
    for (int i = lines.length - 1; i >= 0; i--) {
      // The log ends with the verifier's statistics.
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
   * Maps the content of a map into the daemon's memory. The caller must close the result.
   *
   * @param bytes the size of all entries of the map
   */
  MappedMemory map(String name, long bytes) throws BpfException {
    int fd = mapFd(name);
    int page = Syscalls.pageSize();
    try {
      return MappedMemory.map(fd, Math.toIntExact((bytes + page - 1) / page * page), 0, true);
    } catch (IOException e) {
      throw new BpfException(name + ": " + e.getMessage());
    }
  }

  /** The descriptor of a map. */
  int mapFd(String name) {
    return bpf.bpf_map__fd(bpf.bpf_object__find_map_by_name(object, address(name)));
  }

  /** The descriptor of a program of this object. */
  int programFd(BpfProgram program) {
    return bpf.bpf_program__fd(find(program));
  }

  /** A link to an iterator, which {@link #open} opens. The link ends with this object. */
  int iterator(BpfProgram program) throws BpfException {
    return bpf.bpf_link__fd(link(program, bpf.bpf_program__attach_iter(find(program), 0)));
  }

  /**
   * Attaches a program to the trace point that its section names.
   *
   * @return the link, for {@link #detach}
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
    NoDescriptorsException.throwIf(link == 0 && Syscalls.isShortage(-LibBpf.lastError()));
    if (link == 0) {
      throw new BpfException("can't attach " + program + ": errno " + LibBpf.lastError());
    }
    links.add(link);
    return link;
  }

  /**
   * Opens an iterator over some tasks. Its link ends when the returned file is closed.
   *
   * @param which what {@code id} is: {@link #TID} or {@link #PID}
   * @param id 0: the iterator visits all tasks
   * @return a descriptor as from {@link #open}, or a negative errno
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

  /**
   * Opens an iterator.
   *
   * @return the descriptor of a file that runs the iterator when it is read, or a negative errno
   */
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
