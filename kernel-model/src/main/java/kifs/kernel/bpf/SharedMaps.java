package kifs.kernel.bpf;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.MappedMemory;

/**
 * The maps that all programs have in common: made by the first object that is loaded and has them,
 * taken over by every later one. Not thread-safe.
 */
final class SharedMaps implements AutoCloseable {
  static final String HOST = "kifs_host_map";
  static final String SLOTS = "kifs_slots";
  static final String LISTS = "kifs_lists";
  static final List<String> NAMES = List.of(HOST, SLOTS, LISTS);

  private final Map<String, Integer> fds = new HashMap<>();
  private final Map<String, MappedMemory> memory = new HashMap<>();

  /** Of a map that was made already; -1: not yet. */
  int fd(String name) {
    return fds.getOrDefault(name, -1);
  }

  /** Remembers the maps of an object that are new. */
  void adopt(BpfObject object) {
    for (String name : NAMES) {
      int fd = object.map(name);
      if (fd >= 0) {
        fds.putIfAbsent(name, fd);
      }
    }
  }

  /**
   * Maps a map's content into our memory.
   *
   * @param bytes of all its entries
   * @throws BpfException if it can't be had
   */
  MappedMemory map(String name, long bytes) throws BpfException {
    MappedMemory known = memory.get(name);
    if (known == null) {
      int page = LibC.pageSize();
      int whole = Math.toIntExact((bytes + page - 1) / page * page);
      try {
        known = MappedMemory.map(fd(name), whole, 0, true);
      } catch (IOException e) {
        throw new BpfException(name + ": " + e.getMessage());
      }
      memory.put(name, known);
    }
    return known;
  }

  @Override
  public void close() {
    memory.values().forEach(MappedMemory::close);
    memory.clear();
  }
}
