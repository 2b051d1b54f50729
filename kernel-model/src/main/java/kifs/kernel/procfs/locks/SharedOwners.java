package kifs.kernel.procfs.locks;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.procfs.scan.Mappings;
import org.jspecify.annotations.Nullable;

/**
 * Finds the owner of a lock in shared memory by the thread id in its word. The owner wrote its id
 * as its own pid namespace knows it, and only a process that maps the memory can have written it.
 * An id that no such thread has is that of a thread that ended, and that the kernel may have given
 * to another. Results are remembered until {@link #refresh}. Not thread-safe.
 */
final class SharedOwners {
  private final PidNamespaces namespaces;
  private final IntFunction<@Nullable Mappings> mappings;

  /** Maps each process that was asked for to what it maps: nothing if that can't be read. */
  private final Map<Integer, List<Region>> regions = new HashMap<>();

  /**
   * A mapping.
   *
   * @param shared whether other processes can see what is written there
   */
  private record Region(long from, long to, boolean shared, long device, long inode, long offset) {
    boolean contains(long address) {
      return Long.compareUnsigned(address, from) >= 0 && Long.compareUnsigned(address, to) < 0;
    }

    /** Whether this mapping shows the byte of another one at an address. */
    boolean shows(Region other, long address) {
      long at = other.offset + address - other.from;
      return shared
          && device == other.device
          && inode == other.inode
          && at >= offset
          && at - offset < to - from;
    }
  }

  /**
   * @param mappings moves before the first mapping of a process; null if they can't be read
   */
  SharedOwners(PidNamespaces namespaces, IntFunction<@Nullable Mappings> mappings) {
    this.namespaces = namespaces;
    this.mappings = mappings;
  }

  /** Forgets all results. */
  void refresh() {
    regions.clear();
  }

  /** As {@link kifs.kernel.locks.blocked.LockFacts#sharer}. */
  Optional<ThreadId> find(int pid, long word, int tid) {
    Region region =
        regions(pid).stream().filter(mapped -> mapped.contains(word)).findFirst().orElse(null);
    if (region == null) {
      return Optional.empty();
    }
    List<ThreadId> owners = new ArrayList<>();
    for (ThreadId thread : namespaces.named(tid)) {
      if (thread.pid() == pid
          || region.shared && regions(thread.pid()).stream().anyMatch(r -> r.shows(region, word))) {
        owners.add(thread);
      }
    }
    return owners.size() == 1 ? Optional.of(owners.get(0)) : Optional.empty();
  }

  private List<Region> regions(int pid) {
    return regions.computeIfAbsent(pid, this::read);
  }

  private List<Region> read(int pid) {
    List<Region> found = new ArrayList<>();
    Mappings maps = mappings.apply(pid);
    while (maps != null && maps.next()) {
      found.add(new Region(maps.from, maps.to, maps.shared, maps.device, maps.inode, maps.offset));
    }
    return found;
  }
}
