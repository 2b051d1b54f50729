package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.NativeBuffer;

/**
 * Builds the paths that a {@link Scan} opens, in native memory and without making garbage. Names of
 * files are relative to a base; paths of numbers are not. A path by a name is valid until the next
 * path by a name, any other path until the next one that is not by a name. Not thread-safe.
 */
final class ScanPaths {
  private static final int BYTES = 4096;

  /**
   * The kinds of bases. Each has the path of the directory in which the other threads of the same
   * process are.
   */
  private enum Base {
    /** The open directory itself. */
    DIRECTORY("../"),
    /** {@code <id>/} in the open directory. */
    ENTRY(""),
    /** {@code task/<tid>/} in the open directory of a process. */
    TASK("task/");

    private final byte[] siblings;

    Base(String siblings) {
      this.siblings = siblings.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** The base, followed by the last name. */
  private final NativeBuffer named = NativeBuffer.allocate(BYTES);

  /** The last path that is not relative to the base. */
  private final NativeBuffer other = NativeBuffer.allocate(BYTES);

  private Base base = Base.DIRECTORY;

  /** How many bytes of {@link #named} are the base. */
  private int prefix;

  /** Makes names relative to the open directory. */
  void inDirectory() {
    base = Base.DIRECTORY;
    prefix = 0;
  }

  /** Makes names relative to {@code <id>/}. */
  void inEntry(int id) {
    base(Base.ENTRY, id);
  }

  /** Makes names relative to {@code task/<tid>/}. */
  void inTask(int tid) {
    base(Base.TASK, tid);
  }

  private void base(Base now, int id) {
    base = now;
    named.buffer().put(0, now.siblings);
    prefix = putNumber(named.buffer(), now.siblings.length, id);
    named.buffer().put(prefix++, (byte) '/');
  }

  /** The address of the path of a name. */
  long of(FileName name) {
    if (prefix == 0) {
      return name.address();
    }
    named.buffer().put(prefix, name.terminated());
    return named.address();
  }

  /** The address of {@code <id>}. */
  long entry(int id) {
    return number(Base.ENTRY, id);
  }

  /** The address of {@code task/<tid>}. */
  long task(int tid) {
    return number(Base.TASK, tid);
  }

  /**
   * The address of the path of another thread of the process to whose thread names are relative.
   */
  long sibling(int tid) {
    return number(base, tid);
  }

  private long number(Base where, int id) {
    ByteBuffer to = other.buffer().put(0, where.siblings);
    to.put(putNumber(to, where.siblings.length, id), (byte) 0);
    return other.address();
  }

  /** The address of {@code path} below {@code mount}; 0 if it is longer than PATH_MAX. */
  long below(byte[] mount, byte[] path) {
    int length = mount.length + path.length;
    if (length >= BYTES) {
      return 0;
    }
    other.buffer().put(0, mount).put(mount.length, path).put(length, (byte) 0);
    return other.address();
  }

  /** Writes a number in decimal. Returns the offset after its last digit. */
  static int putNumber(ByteBuffer to, int at, int id) {
    int digits = 1;
    for (int rest = id / 10; rest > 0; rest /= 10) {
      digits++;
    }
    int value = id;
    for (int i = at + digits - 1; i >= at; i--) {
      to.put(i, (byte) ('0' + value % 10));
      value /= 10;
    }
    return at + digits;
  }
}
