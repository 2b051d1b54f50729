package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/**
 * {@code /dev/shm}: finds every regular file below it, on its own filesystem. Symbolic links are
 * not followed. Not thread-safe.
 */
public final class DevShm {
  public static final String PATH = "/dev/shm";

  /** Deeper ones nobody makes, but to see what happens. */
  private static final int MOST_LEVELS = 16;

  private final int most;
  private int found;

  /**
   * @param most files to find
   */
  public DevShm(int most) {
    this.most = most;
  }

  /** Told of each file. */
  public interface Visitor {
    /**
     * @param path absolute, one char a byte
     */
    void file(String path);
  }

  /** Whether there were no more files than are wanted. */
  public boolean visit(Visitor visitor) {
    visit(PATH, 0, visitor);
    return found <= most;
  }

  private void visit(String directory, int level, Visitor visitor) {
    NativeBuffer name = NativeBuffer.string(directory);
    int fd =
        Syscalls.openat(
            Syscalls.AT_FDCWD, name.address(), Syscalls.O_RDONLY | Syscalls.O_DIRECTORY);
    if (fd < 0) {
      return;
    }
    List<String> below = new ArrayList<>();
    DirectoryEntries entries = new DirectoryEntries().of(fd);
    while (found <= most && entries.next()) {
      String path = directory + "/" + new String(entries.name(), StandardCharsets.ISO_8859_1);
      if (entries.type() == DirectoryEntries.REGULAR && found++ < most) {
        visitor.file(path);
      } else if (entries.type() == DirectoryEntries.DIRECTORY
          && !path.endsWith("/.")
          && !path.endsWith("/..")) {
        below.add(path);
      }
    }
    Syscalls.close(fd);
    if (level < MOST_LEVELS) {
      below.stream()
          .filter(path -> device(path) == device(directory))
          .forEach(path -> visit(path, level + 1, visitor));
    }
  }

  /** As st_dev; -1: there is no such file. A symbolic link is followed. */
  public static long device(String path) {
    NativeBuffer name = NativeBuffer.string(path);
    NativeBuffer statx = NativeBuffer.allocate(Statx.BYTES);
    int result =
        Syscalls.statx(
            Syscalls.AT_FDCWD, name.address(), Statx.AT_STATX_DONT_SYNC, 0, statx.address());
    return result < 0 ? -1 : Statx.device(statx.buffer());
  }
}
