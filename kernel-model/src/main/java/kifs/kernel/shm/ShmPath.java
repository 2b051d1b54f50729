package kifs.kernel.shm;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongPredicate;
import kifs.kernel.record.ShmRecord;

/**
 * What the path of a mapped or open file says about shared memory. The path alone is no proof,
 * because any program may call a file {@code /memfd:x (deleted)}. So names that the kernel makes
 * count only on the kernel's own devices, see {@link ShmDevices}. Immutable, except for its array,
 * which must not be modified.
 *
 * @param kind as in SHM; 0: no shared-memory object
 * @param name as in SHM
 */
public record ShmPath(int kind, byte[] name) {
  private static final byte[] NONE = {};
  private static final ShmPath NOTHING = new ShmPath(0, NONE);
  private static final byte[] POSIX = bytes("/dev/shm/");
  private static final byte[] MEMFD = bytes("/memfd:");
  private static final byte[] SYSTEM_V = bytes("/SYSV");
  private static final byte[] ZERO = bytes("/dev/zero");
  private static final byte[] HUGE = bytes("/anon_hugepage");
  private static final byte[] DELETED = bytes(" (deleted)");
  private static final int KEY_DIGITS = 8;

  /**
   * Whether the path can be that of a shared-memory object. It is a cheap test, because most paths
   * are not.
   */
  public static boolean mayBe(ByteBuffer path, int from, int length) {
    return length > POSIX.length - 1
        && (starts(path, from, length, POSIX)
            || starts(path, from, length, MEMFD)
            || starts(path, from, length, SYSTEM_V)
            || starts(path, from, length, ZERO)
            || starts(path, from, length, HUGE));
  }

  /**
   * Classifies a file by its path and device.
   *
   * @param device device of the file, as st_dev
   */
  public static ShmPath of(ByteBuffer path, int from, int length, long device, ShmDevices devices) {
    return of(path, from, length, device, devices, other -> false);
  }

  /**
   * Classifies a mapped file, which is also shared memory if it lies on a tmpfs.
   *
   * @param device device of the file, as st_dev
   * @param tmpfs tells whether another device than those of shared memory is a tmpfs
   */
  public static ShmPath of(
      ByteBuffer path, int from, int length, long device, ShmDevices devices, LongPredicate tmpfs) {
    if (starts(path, from, length, POSIX)) {
      return new ShmPath(ShmRecord.POSIX, name(path, from, length, POSIX.length));
    }
    if (!devices.isInternal(device)) {
      int kind =
          devices.isPosix(device) ? ShmRecord.POSIX : tmpfs.test(device) ? ShmRecord.TMPFS : 0;
      return kind == 0 ? NOTHING : new ShmPath(kind, name(path, from, length, 0));
    }
    if (starts(path, from, length, MEMFD)) {
      return new ShmPath(ShmRecord.MEMFD, name(path, from, length, MEMFD.length));
    }
    if (starts(path, from, length, SYSTEM_V)) {
      byte[] key = name(path, from, length, SYSTEM_V.length);
      return key.length == KEY_DIGITS ? new ShmPath(ShmRecord.SYSTEM_V, key(key)) : NOTHING;
    }
    boolean anonymous = starts(path, from, length, ZERO) || starts(path, from, length, HUGE);
    return anonymous ? new ShmPath(ShmRecord.ANONYMOUS, NONE) : NOTHING;
  }

  /** A System V key in the format of ipcs(1). */
  public static byte[] systemVName(int key) {
    return bytes(String.format("0x%08x", key));
  }

  private static byte[] key(byte[] digits) {
    return bytes("0x" + new String(digits, StandardCharsets.US_ASCII));
  }

  /**
   * Whether a path ends in the kernel's mark of a deleted file. A file that exists may have such a
   * name, too.
   */
  static boolean isMarkedDeleted(ByteBuffer path, int from, int length) {
    return length >= DELETED.length
        && starts(path, from + length - DELETED.length, DELETED.length, DELETED);
  }

  /** A name with the end that {@link #of} has taken for the kernel's mark. */
  static byte[] withMark(byte[] name) {
    byte[] marked = Arrays.copyOf(name, name.length + DELETED.length);
    System.arraycopy(DELETED, 0, marked, name.length, DELETED.length);
    return marked;
  }

  private static byte[] name(ByteBuffer path, int from, int length, int prefix) {
    int end = length;
    if (isMarkedDeleted(path, from + prefix, length - prefix)) {
      end -= DELETED.length;
    }
    byte[] name = new byte[end - prefix];
    path.get(from + prefix, name);
    return name;
  }

  private static boolean starts(ByteBuffer path, int from, int length, byte[] prefix) {
    if (length < prefix.length) {
      return false;
    }
    for (int i = 0; i < prefix.length; i++) {
      if (path.get(from + i) != prefix[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(String ascii) {
    return ascii.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ShmPath path && kind == path.kind && Arrays.equals(name, path.name);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(name) * 31 + kind;
  }
}
