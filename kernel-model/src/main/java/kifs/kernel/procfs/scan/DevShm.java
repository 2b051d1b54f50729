package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;

/**
 * Finds every regular file below {@code /dev/shm} that is on the same filesystem. It doesn't follow
 * symbolic links. Not thread-safe; used once.
 */
public final class DevShm {
  public static final String PATH = "/dev/shm";

  /** Maximum depth of directories. No real program nests them deeper. */
  private static final int MAX_LEVELS = 16;

  private final int maxFiles;
  private int found;

  /**
   * @param maxFiles how many files to visit at most
   */
  public DevShm(int maxFiles) {
    this.maxFiles = maxFiles;
  }

  /** Receives each file. */
  public interface Visitor {
    /**
     * @param path absolute, one char a byte
     */
    void file(String path);
  }

  /** Visits the files. Returns false if there were more than the maximum, which are not visited. */
  public boolean visit(Visitor visitor) {
    visit(PATH, 0, visitor);
    return found <= maxFiles;
  }

  private void visit(String directory, int level, Visitor visitor) {
    int fd = Syscalls.open(directory, Syscalls.O_RDONLY | Syscalls.O_DIRECTORY);
    if (fd < 0) {
      return;
    }
    List<String> below = new ArrayList<>();
    DirectoryEntries entries = new DirectoryEntries().of(fd);
    while (found <= maxFiles && entries.next()) {
      String path = directory + "/" + new String(entries.name(), StandardCharsets.ISO_8859_1);
      if (entries.type() == DirectoryEntries.REGULAR && found++ < maxFiles) {
        visitor.file(path);
      } else if (entries.type() == DirectoryEntries.DIRECTORY
          && !path.endsWith("/.")
          && !path.endsWith("/..")) {
        below.add(path);
      }
    }
    Syscalls.close(fd);
    if (level < MAX_LEVELS) {
      below.stream()
          .filter(path -> device(path) == device(directory))
          .forEach(path -> visit(path, level + 1, visitor));
    }
  }

  /**
   * The device of a file's filesystem as in {@code st_dev}; -1 if there is no such file. It follows
   * a symbolic link.
   */
  public static long device(String path) {
    NativeBuffer statx = NativeBuffer.allocate(Statx.BYTES);
    int result = Syscalls.statx(path, Statx.AT_STATX_DONT_SYNC, 0, statx.address());
    return result < 0 ? -1 : Statx.device(statx.buffer());
  }
}
