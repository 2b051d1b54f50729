package kifs.kernel.procfs.holdings;

import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/**
 * How large a shared-memory object is and how much of it is resident, by a file that leads to it.
 * Not thread-safe.
 */
final class ShmMeter {
  private static final int WANT =
      Statx.WANT_TYPE | Statx.WANT_INODE | Statx.WANT_SIZE | Statx.WANT_BLOCKS | Statx.WANT_UID;
  private static final int FILE_TYPE = 0xF000;
  private static final int REGULAR = 0x8000;
  private static final int BLOCK_BYTES = 512;
  private static final int RANGE_BYTES = 16;
  private static final int CACHESTAT_BYTES = 40;
  private static final int PLAIN = Syscalls.O_RDONLY | Syscalls.O_NONBLOCK | Syscalls.O_NOCTTY;

  private final boolean swaps;
  private final NativeBuffer statx = NativeBuffer.allocate(Statx.BYTES);
  private final NativeBuffer range = NativeBuffer.allocate(RANGE_BYTES);
  private final NativeBuffer cache = NativeBuffer.allocate(CACHESTAT_BYTES);

  /** Whether the kernel couldn't tell what is in memory apart from what is swapped out. */
  private boolean blurred;

  /**
   * @param swaps whether the host has swap: then not all that was allocated needs to be in memory
   */
  ShmMeter(boolean swaps) {
    this.swaps = swaps;
  }

  /** Looks at the file; false if it is no regular one, or not there. */
  boolean look(String file) {
    NativeBuffer name = NativeBuffer.string(file);
    int result =
        Syscalls.statx(
            Syscalls.AT_FDCWD, name.address(), Statx.AT_STATX_DONT_SYNC, WANT, statx.address());
    return result >= 0 && (statx.buffer().getShort(Statx.MODE) & FILE_TYPE) == REGULAR;
  }

  // Of the file last looked at.

  long device() {
    return Statx.device(statx.buffer());
  }

  long inode() {
    return statx.buffer().getLong(Statx.INODE);
  }

  long size() {
    return statx.buffer().getLong(Statx.SIZE);
  }

  long uid() {
    return Integer.toUnsignedLong(statx.buffer().getInt(Statx.UID));
  }

  /** What of the file last looked at, which that was, is in memory. */
  long resident(String file) {
    long allocated = statx.buffer().getLong(Statx.BLOCKS) * BLOCK_BYTES;
    if (!swaps || allocated == 0) {
      return allocated;
    }
    int result = cachestat(file, device(), inode());
    if (result < 0) {
      // Huge pages have none, and are never swapped out.
      blurred |= result != -Syscalls.EOPNOTSUPP;
      return allocated;
    }
    return cache.buffer().getLong(0) * Syscalls.pageSize();
  }

  /**
   * Asks for the cache of that file, if it still is the one that was looked at: opening anything
   * else might do something. So it is held first and opened then.
   */
  private int cachestat(String file, long device, long inode) {
    NativeBuffer name = NativeBuffer.string(file);
    int held = Syscalls.openat(Syscalls.AT_FDCWD, name.address(), Syscalls.O_PATH);
    if (held < 0) {
      return held;
    }
    String itself = "/proc/self/fd/" + held;
    int fd = -Syscalls.ENOENT;
    if (look(itself) && device() == device && inode() == inode) {
      fd = Syscalls.openat(Syscalls.AT_FDCWD, NativeBuffer.string(itself).address(), PLAIN);
    }
    int result = fd < 0 ? fd : Syscalls.cachestat(fd, range.address(), cache.address());
    if (fd >= 0) {
      Syscalls.close(fd);
    }
    Syscalls.close(held);
    return result;
  }

  boolean isBlurred() {
    return blurred;
  }
}
