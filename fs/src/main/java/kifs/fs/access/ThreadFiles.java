package kifs.fs.access;

import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import org.jspecify.annotations.Nullable;

/**
 * Reads files of /proc about a thread. It makes the system calls itself, because a client waits
 * meanwhile, and the methods of Java take several times as long. Each thread uses its own.
 */
final class ThreadFiles {
  private static final ThreadLocal<ThreadFiles> OF_THREAD =
      ThreadLocal.withInitial(ThreadFiles::new);

  /** No path is longer. */
  private static final int PATH_BYTES = 64;

  /** More than a status has, unless the thread is in hundreds of groups. */
  private static final int TEXT_BYTES = 4096;

  private final NativeBuffer path = NativeBuffer.allocate(PATH_BYTES);
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
