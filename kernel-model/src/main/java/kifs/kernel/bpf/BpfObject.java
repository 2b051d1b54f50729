package kifs.kernel.bpf;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.NativeBuffer;

/**
 * One object file of programs and maps, loaded into the kernel. What is loaded goes with the
 * daemon: nothing is pinned, and the kernel drops what no open file refers to. Not thread-safe.
 */
final class BpfObject implements AutoCloseable {
  private static final int LOG_BYTES = 256 * 1024;
  private static final int LONGEST_REASON = 200;

  private final LibBpfFunctions bpf;
  private final List<Long> links = new ArrayList<>();
  private long object;

  private BpfObject(LibBpfFunctions bpf, long object) {
    this.bpf = bpf;
    this.object = object;
  }

  /**
   * Loads an object and all its programs.
   *
   * @param name of the resource, without its ending
   * @param maps take the place of the object's maps of the same names
   * @throws BpfException if the kernel refuses
   */
  static BpfObject load(String name, SharedMaps maps) throws BpfException {
    LibBpfFunctions bpf = LibBpf.functions();
    byte[] bytes = resource(name + ".bpf.o");
    NativeBuffer memory = NativeBuffer.allocate(bytes.length);
    memory.buffer().put(0, bytes);
    long object = bpf.bpf_object__open_mem(memory.address(), bytes.length, 0);
    if (object == 0) {
      throw new BpfException("libbpf can't open it: errno " + LibBpf.lastError());
    }
    BpfObject loaded = new BpfObject(bpf, object);
    try {
      loaded.load(maps);
      maps.adopt(loaded);
      return loaded;
    } catch (BpfException | RuntimeException e) {
      loaded.close();
      throw e;
    }
  }

  private void load(SharedMaps maps) throws BpfException {
    NativeBuffer log = NativeBuffer.allocate(LOG_BYTES);
    for (long program = bpf.bpf_object__next_program(object, 0);
        program != 0;
        program = bpf.bpf_object__next_program(object, program)) {
      bpf.bpf_program__set_log_buf(program, log.address(), log.capacity());
    }
    for (String map : SharedMaps.NAMES) {
      long own = bpf.bpf_object__find_map_by_name(object, address(map));
      int shared = maps.fd(map);
      if (own != 0 && shared >= 0 && bpf.bpf_map__reuse_fd(own, shared) != 0) {
        throw new BpfException("can't share the map " + map + ": errno " + LibBpf.lastError());
      }
    }
    int result = bpf.bpf_object__load(object);
    if (result < 0) {
      throw new BpfException(reason(-result, log));
    }
  }

  /** Why the kernel refuses: the verifier's last words where there are some. */
  private static String reason(int errno, NativeBuffer log) {
    byte[] bytes = new byte[log.capacity()];
    log.buffer().get(0, bytes);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    String[] lines = new String(bytes, 0, end, StandardCharsets.ISO_8859_1).split("\n");
    for (int i = lines.length - 1; i >= 0; i--) {
      // The verifier closes with how much it has looked at.
      if (!lines[i].isBlank() && !lines[i].startsWith("processed ")) {
        String line = lines[i].strip();
        return line.substring(0, Math.min(line.length(), LONGEST_REASON))
            + " (errno "
            + errno
            + ")";
      }
    }
    return errno == LibC.EPERM ? Denial.reason() : "errno " + errno;
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

  /** The descriptor of a map; -1: there is none of that name. */
  int map(String name) {
    long map = bpf.bpf_object__find_map_by_name(object, address(name));
    return map == 0 ? -1 : bpf.bpf_map__fd(map);
  }

  /** The descriptor of a program of this object. */
  int program(String name) {
    return bpf.bpf_program__fd(bpf.bpf_object__find_program_by_name(object, address(name)));
  }

  /** A link to an iterator, to be opened by {@link #open}. */
  int iterator(String name) throws BpfException {
    long program = bpf.bpf_object__find_program_by_name(object, address(name));
    return link(name, bpf.bpf_program__attach_iter(program, 0));
  }

  /** Attaches a program to what its section names; until the object is closed. */
  void attach(String name) throws BpfException {
    link(
        name, bpf.bpf_program__attach(bpf.bpf_object__find_program_by_name(object, address(name))));
  }

  private int link(String name, long link) throws BpfException {
    if (link == 0) {
      throw new BpfException("can't attach " + name + ": errno " + LibBpf.lastError());
    }
    links.add(link);
    return bpf.bpf_link__fd(link);
  }

  /** A file that runs the iterator as it is read; a negative errno if it can't be had. */
  int open(int iterator) {
    int fd = bpf.bpf_iter_create(iterator);
    return fd >= 0 ? fd : -LibBpf.lastError();
  }

  private static long address(String name) {
    return Names.address(name);
  }

  @Override
  public void close() {
    links.forEach(bpf::bpf_link__destroy);
    links.clear();
    if (object != 0) {
      bpf.bpf_object__close(object);
      object = 0;
    }
  }
}
