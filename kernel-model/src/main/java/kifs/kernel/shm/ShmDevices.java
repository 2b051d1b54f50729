package kifs.kernel.shm;

import java.util.Set;

/**
 * The filesystems of shared-memory objects, as st_dev. Immutable.
 *
 * @param internal the kernel's own filesystems, in which no program can create a file with a name
 *     of its choice: for memfds, System V and shared anonymous memory, with and without huge pages
 * @param posix the filesystems mounted at /dev/shm
 */
public record ShmDevices(Set<Long> internal, Set<Long> posix) {
  public ShmDevices {
    internal = Set.copyOf(internal);
    posix = Set.copyOf(posix);
  }

  boolean isInternal(long device) {
    return internal.contains(device);
  }

  boolean isPosix(long device) {
    return posix.contains(device);
  }
}
