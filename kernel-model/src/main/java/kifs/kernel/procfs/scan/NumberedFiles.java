package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * Reads files whose names are numbers, one after another and without making garbage. These are the
 * entries of {@code fd} and {@code fdinfo}. Not thread-safe.
 */
public final class NumberedFiles {
  /** The maximum length of a path that the kernel returns, PATH_MAX. */
  public static final int LINK_BYTES = 4096;

  /** How much of a file in fdinfo is read. Its first lines hold all that kifs needs. */
  private static final int FILE_BYTES = 512;

  /** The daemon's own descriptors. The file of the host, whatever /proc is read. */
  private static final byte[] OWN_FDS = "/proc/self/fd/".getBytes(StandardCharsets.US_ASCII);

  private static final NativeBuffer NO_PATH = NativeBuffer.string("");
  private static final int NAME_BYTES = 32;
  private static final int WANT = Statx.WANT_TYPE | Statx.WANT_INODE;

  private final NativeBuffer name = NativeBuffer.allocate(NAME_BYTES);
  private final NativeBuffer link = NativeBuffer.allocate(LINK_BYTES);
  private final NativeBuffer file = NativeBuffer.allocate(FILE_BYTES);
  private final NativeBuffer statx = NativeBuffer.allocate(Statx.BYTES);
  private final byte[] text = new byte[FILE_BYTES];
  private final ByteCursor cursor = new ByteCursor();

  /**
   * Reads the target of a link into {@link #link()}. Returns its length in bytes, or a negative
   * errno.
   */
  public int readLink(int dir, int number) {
    return Syscalls.readlinkat(dir, named(number), link.address(), LINK_BYTES);
  }

  public ByteBuffer link() {
    return link.buffer();
  }

  /** Whether the link that was read last, and its length, begin with a text. */
  public boolean linkStartsWith(byte[] text, int length) {
    for (int i = 0; i < text.length; i++) {
      if (i >= length || link().get(i) != text[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Opens the file that a link in a directory {@code fd} points to by O_PATH, which has no side
   * effects. What {@link #statPinned} and {@link #readPinnedLink} say then is about one file, even
   * if the link points to another one by then.
   *
   * @return the descriptor, which the caller closes, or a negative errno
   */
  public int pin(int dir, int number) {
    return Syscalls.openat(dir, named(number), Syscalls.O_PATH);
  }

  /**
   * Fills {@link #statx()} with type, inode number and device of a pinned file. The kernel answers
   * from its memory and asks no server, so a dead server can't block the call.
   *
   * @return 0 or a negative errno
   */
  public int statPinned(int pinned) {
    return Syscalls.statx(
        pinned,
        NO_PATH.address(),
        Statx.AT_EMPTY_PATH | Statx.AT_STATX_DONT_SYNC,
        WANT,
        statx.address());
  }

  /** Reads the path of a pinned file as {@link #readLink} does. */
  public int readPinnedLink(int pinned) {
    ByteBuffer to = name.buffer();
    int at = OWN_FDS.length;
    to.put(0, OWN_FDS);
    to.put(ScanPaths.putNumber(to, at, pinned), (byte) 0);
    return Syscalls.readlinkat(Syscalls.AT_FDCWD, name.address(), link.address(), LINK_BYTES);
  }

  public ByteBuffer statx() {
    return statx.buffer();
  }

  /** Reads the beginning of a file. Returns null if it can't be read. */
  public @Nullable ByteCursor load(int dir, int number) {
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
