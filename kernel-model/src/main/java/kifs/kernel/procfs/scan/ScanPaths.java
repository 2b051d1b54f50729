package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.NativeBuffer;

/**
 * Builds the paths that a {@link Scan} asks for, in native memory and without making garbage. Names
 * of files are relative to a base; numbers are not. Each path is valid until the next one of its
 * sort. Not thread-safe.
 */
final class ScanPaths {
  private static final int BYTES = 4096;

  /** The sorts of bases; each knows where the other threads of a thread's process are. */
  private enum Base {
    /** An open directory itself. */
    DIRECTORY("../"),
    /** {@code <id>/} in an open directory. */
    ENTRY(""),
    /** {@code task/<tid>/} in the open directory of a process. */
    TASK("task/");

    private final byte[] siblings;

    Base(String siblings) {
      this.siblings = siblings.getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** The base, and behind it the name that was asked for last. */
  private final NativeBuffer named = NativeBuffer.allocate(BYTES);

  /** The path that was asked for last by its number or as a whole. */
  private final NativeBuffer other = NativeBuffer.allocate(BYTES);

  private Base base = Base.DIRECTORY;

  /** Bytes of {@link #named} that are the base's. */
  private int prefix;

  /** Names are relative to a directory from now on. */
  void inDirectory() {
    base = Base.DIRECTORY;
    prefix = 0;
  }

  /** Names are relative to {@code <id>/} from now on. */
  void inEntry(int id) {
    base(Base.ENTRY, id);
  }

  /** Names are relative to {@code task/<tid>/} from now on. */
  void inTask(int tid) {
    base(Base.TASK, tid);
  }

  private void base(Base now, int id) {
    base = now;
    named.buffer().put(0, now.siblings);
    prefix = putNumber(named.buffer(), now.siblings.length, id);
    named.buffer().put(prefix++, (byte) '/');
  }

  /** The address of a name's path. */
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

  /** The address of another thread's directory, while names are relative to one of its process. */
  long sibling(int tid) {
    return number(base, tid);
  }

  private long number(Base where, int id) {
    ByteBuffer to = other.buffer().put(0, where.siblings);
    to.put(putNumber(to, where.siblings.length, id), (byte) 0);
    return other.address();
  }

  /** The address of {@code path} below {@code mount}; 0: longer than the kernel takes. */
  long below(byte[] mount, byte[] path) {
    int length = mount.length + path.length;
    if (length >= BYTES) {
      return 0;
    }
    other.buffer().put(0, mount).put(mount.length, path).put(length, (byte) 0);
    return other.address();
  }

  /** Writes a number in decimal; where it ends. */
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
