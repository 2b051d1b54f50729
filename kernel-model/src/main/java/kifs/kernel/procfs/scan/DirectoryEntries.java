package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/**
 * Iterates over the entries of an open directory by getdents64(2), without making garbage. Not
 * thread-safe.
 */
final class DirectoryEntries {
  /** The types of entries that callers distinguish: DT_DIR and DT_REG of getdents64(2). */
  static final int DIRECTORY = 4;

  static final int REGULAR = 8;

  private static final int BYTES = 32 * 1024;

  /** Offsets of d_reclen, d_type and d_name in a struct linux_dirent64. */
  private static final int LENGTH = 16;

  private static final int TYPE = 18;
  private static final int NAME = 19;

  private final NativeBuffer list = NativeBuffer.allocate(BYTES);
  private int directory;

  /**
   * Bytes that the last call returned; 0 at the end of the directory; a negative errno on error.
   */
  private int length;

  private int at;
  private int nextAt;

  /** Begins with those entries of an open directory that were not read from it yet. */
  DirectoryEntries of(int fd) {
    directory = fd;
    nextAt = 0;
    length = 0;
    return this;
  }

  /**
   * Moves to the next entry. Returns false at the end, or if the directory can no longer be read.
   */
  boolean next() {
    at = nextAt;
    if (at >= length) {
      at = 0;
      length = Syscalls.getdents64(directory, list.address(), BYTES);
      if (length <= 0) {
        return false;
      }
    }
    nextAt = at + (list.buffer().getShort(at + LENGTH) & 0xFFFF);
    return true;
  }

  /**
   * A negative errno if {@link #next} returned false because the directory couldn't be read; else
   * 0.
   */
  int error() {
    return Math.min(length, 0);
  }

  int type() {
    return list.buffer().get(at + TYPE);
  }

  /** The name as a number; -1 if it is no number, or larger than an int. */
  int number() {
    ByteBuffer entries = list.buffer();
    int i = at + NAME;
    long number = 0;
    int digit = entries.get(i) - '0';
    while (digit >= 0 && digit <= 9 && number <= Integer.MAX_VALUE) {
      number = number * 10 + digit;
      digit = entries.get(++i) - '0';
    }
    boolean complete = i > at + NAME && entries.get(i) == 0 && number <= Integer.MAX_VALUE;
    return complete ? (int) number : -1;
  }

  /** A copy of the name's bytes. */
  byte[] name() {
    ByteBuffer entries = list.buffer();
    int end = at + NAME;
    while (entries.get(end) != 0) {
      end++;
    }
    byte[] bytes = new byte[end - at - NAME];
    entries.get(at + NAME, bytes);
    return bytes;
  }
}
