package kifs.kernel.shm;

import java.util.Set;

/**
 * The filesystems that shared-memory objects live in, as st_dev. Immutable.
 *
 * @param internal the kernel's own, which nobody can put a file of a chosen name into: memfds,
 *     System V and shared anonymous memory, with and without huge pages
 * @param posix those mounted at /dev/shm
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
