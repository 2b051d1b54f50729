package kifs.kernel.linux.events;

import java.util.Optional;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.source.KernelEvents.Watch;

/**
 * PSI triggers on the files of /proc/pressure, and on those of cgroups. The kernel reports when
 * threads were stalled for a given time within a window. Thread-safe.
 */
public final class PressureTriggers implements AutoCloseable {
  private static final long NS_PER_US = 1_000;
  private static final long MIN_WINDOW_US = 500_000;
  private static final long MAX_WINDOW_US = 10_000_000;

  /** Without CAP_SYS_RESOURCE the kernel accepts only windows that are multiples of this. */
  private static final long UNPRIVILEGED_STEP_US = 2_000_000;

  private final FdWatcher watcher;

  /**
   * @param threadName name of the thread that waits for the triggers
   */
  public PressureTriggers(String threadName) {
    watcher = new FdWatcher(threadName);
  }

  /**
   * Sets a trigger. Its window is the shortest allowed one that is not shorter than {@code
   * windowNs}: any such stall within {@code windowNs} is then also within the trigger's window. If
   * {@code windowNs} exceeds the longest allowed window, the trigger gets that one and a
   * proportional part of the stall.
   *
   * @param file path of the pressure file
   * @param share {@code some} or {@code full}
   * @param stallNs more than 0, at most {@code windowNs}
   * @param windowNs the time within which the stall counts
   * @param listener called by the watcher's thread for each event of the trigger
   * @return empty if the kernel refuses
   */
  public Optional<Watch> watch(
      String file, String share, long stallNs, long windowNs, Runnable listener) {
    long window = Math.max(MIN_WINDOW_US, (windowNs + NS_PER_US - 1) / NS_PER_US);
    long stall = stallNs / NS_PER_US;
    if (window > MAX_WINDOW_US) {
      stall = (long) ((double) stall / window * MAX_WINDOW_US);
      window = MAX_WINDOW_US;
    }
    long coarse = (window + UNPRIVILEGED_STEP_US - 1) / UNPRIVILEGED_STEP_US * UNPRIVILEGED_STEP_US;
    int fd = open(file, share, Math.max(1, stall), window);
    if (fd < 0 && coarse != window) {
      fd = open(file, share, Math.max(1, stall), coarse);
    }
    return fd < 0 ? Optional.empty() : watcher.watch(fd, EpollSet.URGENT, listener);
  }

  private static int open(String file, String share, long stallUs, long windowUs) {
    int fd = Syscalls.open(file, Syscalls.O_RDWR | Syscalls.O_NONBLOCK);
    if (fd < 0) {
      return fd;
    }
    NativeBuffer trigger = NativeBuffer.string(share + " " + stallUs + " " + windowUs);
    int result = trigger.call(at -> Syscalls.write(fd, at, trigger.capacity()));
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
