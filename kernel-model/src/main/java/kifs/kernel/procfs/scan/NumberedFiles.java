package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/**
 * What it takes to look at files that have numbers for names, one after another and without making
 * garbage: the entries of {@code fd} and {@code fdinfo}. Not thread-safe.
 */
public final class NumberedFiles {
  /** The kernel gives no longer path. */
  private static final int LINK_BYTES = 4096;

  /** Of fdinfo the first lines only. */
  private static final int FILE_BYTES = 512;

  private static final int NAME_BYTES = 16;
  private static final int WANT = Statx.WANT_TYPE | Statx.WANT_INODE;
  private static final int WANT_SIZES = WANT | Statx.WANT_SIZE | Statx.WANT_BLOCKS | Statx.WANT_UID;

  private final NativeBuffer name = NativeBuffer.allocate(NAME_BYTES);
  private final NativeBuffer link = NativeBuffer.allocate(LINK_BYTES);
  private final NativeBuffer file = NativeBuffer.allocate(FILE_BYTES);
  private final NativeBuffer statx = NativeBuffer.allocate(Statx.BYTES);
  private final byte[] text = new byte[FILE_BYTES];
  private final ByteCursor cursor = new ByteCursor();

  /** Reads where a link leads into {@link #link()}; its length, or a negative errno. */
  public int readLink(int dir, int number) {
    return Syscalls.readlinkat(dir, named(number), link.address(), LINK_BYTES);
  }

  public ByteBuffer link() {
    return link.buffer();
  }

  /**
   * Fills {@link #statx()} with type, inode number and device of the file behind a link, by what
   * the kernel knows already: no server is asked.
   */
  public int stat(int dir, int number) {
    return Syscalls.statx(dir, named(number), Statx.AT_STATX_DONT_SYNC, WANT, statx.address());
  }

  /** The same, and size, blocks and owner. */
  int statSizes(int dir, int number) {
    return Syscalls.statx(
        dir, named(number), Statx.AT_STATX_DONT_SYNC, WANT_SIZES, statx.address());
  }

  public ByteBuffer statx() {
    return statx.buffer();
  }

  /** Reads the beginning of a file; null: it can't be read. */
  public ByteCursor load(int dir, int number) {
    int fd = Syscalls.openat(dir, named(number), Syscalls.O_RDONLY);
    if (fd < 0) {
      return null;
    }
    int length = Syscalls.read(fd, file.address(), FILE_BYTES);
    Syscalls.close(fd);
    if (length <= 0) {
      return null;
    }
    file.buffer().get(0, text, 0, length);
    return cursor.over(text, length);
  }

  private long named(int number) {
    ByteBuffer to = name.buffer();
    to.put(ScanPaths.putNumber(to, 0, number), (byte) 0);
    return name.address();
  }
}
