package kifs.fs.access;

import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of /proc about a thread, and its capabilities. It makes the system calls itself,
 * because a client waits meanwhile, and the methods of Java take several times as long. Each thread
 * uses its own.
 */
final class ThreadFiles {
  private static final ThreadLocal<ThreadFiles> OF_THREAD =
      ThreadLocal.withInitial(ThreadFiles::new);

  /** No path is longer. */
  private static final int PATH_BYTES = 64;

  /** More than a status has, unless the thread is in hundreds of groups. */
  private static final int TEXT_BYTES = 4096;

  private static final int CAPABILITY_VERSION = 0x20080522;
  private static final int CAPABILITY_HEADER_BYTES = 8;
  private static final int CAPABILITY_BYTES = 24;

  /** Offset of the upper 32 effective capabilities. */
  private static final int UPPER = 12;

  private final NativeBuffer path = NativeBuffer.allocate(PATH_BYTES);
  private final NativeBuffer header = NativeBuffer.allocate(CAPABILITY_HEADER_BYTES);
  private final NativeBuffer data = NativeBuffer.allocate(CAPABILITY_BYTES);
  private NativeBuffer text = NativeBuffer.allocate(TEXT_BYTES);

  private ThreadFiles() {}

  /** The content of a file, one char a byte; null if it can't be read. */
  static @Nullable String read(String file) {
    return OF_THREAD.get().content(file);
  }

  /** The target of a link; null if it can't be read. */
  static @Nullable String link(String file) {
    return OF_THREAD.get().target(file);
  }

  /** The mask of the effective capabilities of a thread; 0 if it can't be read. */
  static long capabilities(int tid) {
    return OF_THREAD.get().effective(tid);
  }

  private long effective(int tid) {
    header.buffer().putInt(0, CAPABILITY_VERSION).putInt(Integer.BYTES, tid);
    if (Syscalls.capget(header.address(), data.address()) < 0) {
      return 0;
    }
    return Integer.toUnsignedLong(data.buffer().getInt(0))
        | (long) data.buffer().getInt(UPPER) << Integer.SIZE;
  }

  private @Nullable String content(String file) {
    int fd =
        Syscalls.openat(Syscalls.AT_FDCWD, named(file), Syscalls.O_RDONLY | Syscalls.O_CLOEXEC);
    if (fd < 0) {
      return null;
    }
    int length = Syscalls.pread(fd, text.address(), text.capacity(), 0);
    while (length == text.capacity()) {
      text = NativeBuffer.allocate(2 * length);
      length = Syscalls.pread(fd, text.address(), text.capacity(), 0);
    }
    Syscalls.close(fd);
    return string(length);
  }

  private @Nullable String target(String file) {
    return string(
        Syscalls.readlinkat(Syscalls.AT_FDCWD, named(file), text.address(), text.capacity()));
  }

  private long named(String file) {
    byte[] name = (file + '\0').getBytes(StandardCharsets.ISO_8859_1);
    path.buffer().put(0, name);
    return path.address();
  }

  private @Nullable String string(int length) {
    if (length < 0) {
      return null;
    }
    byte[] bytes = new byte[length];
    text.buffer().get(0, bytes);
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
