package kifs.kernel.linux.events;

import java.util.Optional;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Watch;

/**
 * Triggers on the files of /proc/pressure: the kernel tells when so much time was lost within a
 * window. Thread-safe.
 */
public final class PressureTriggers implements AutoCloseable {
  private static final long US = 1_000;
  private static final long SHORTEST_US = 500_000;
  private static final long LONGEST_US = 10_000_000;

  /** Who lacks CAP_SYS_RESOURCE may only have windows that are multiples of that. */
  private static final long UNPRIVILEGED_US = 2_000_000;

  private final FdWatcher watcher = new FdWatcher("kifs-pressure");

  /**
   * @param file path of the pressure file
   * @param share {@code some} or {@code full}
   * @param stallNs more than 0, at most {@code windowNs}
   * @param windowNs the trigger's is the shortest that isn't shorter, or the longest there is, with
   *     its share of the stall: so whatever is lost within the one is also lost within the other
   * @return empty if the kernel refuses
   */
  public Optional<Watch> watch(
      String file, String share, long stallNs, long windowNs, Runnable listener) {
    long window = Math.max(SHORTEST_US, (windowNs + US - 1) / US);
    long stall = stallNs / US;
    if (window > LONGEST_US) {
      stall = (long) ((double) stall / window * LONGEST_US);
      window = LONGEST_US;
    }
    long coarse = (window + UNPRIVILEGED_US - 1) / UNPRIVILEGED_US * UNPRIVILEGED_US;
    int fd = open(file, share, Math.max(1, stall), window);
    if (fd < 0 && coarse != window) {
      fd = open(file, share, Math.max(1, stall), coarse);
    }
    return fd < 0 ? Optional.empty() : watcher.watch(fd, EpollSet.URGENT, listener);
  }

  private static int open(String file, String share, long stallUs, long windowUs) {
    NativeBuffer name = NativeBuffer.string(file);
    int flags = Syscalls.O_RDWR | Syscalls.O_NONBLOCK;
    int fd = Syscalls.openat(Syscalls.AT_FDCWD, name.address(), flags);
    if (fd < 0) {
      return fd;
    }
    NativeBuffer trigger = NativeBuffer.string(share + " " + stallUs + " " + windowUs);
    int result = Syscalls.write(fd, trigger.address(), trigger.capacity());
    if (result < 0) {
      Syscalls.close(fd);
      return result;
    }
    return fd;
  }

  @Override
  public void close() {
    watcher.close();
  }
}
