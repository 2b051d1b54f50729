package kifs.kernel.procfs.locks;

import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.guard.GuardedText;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.Mappings;
import kifs.kernel.procfs.scan.Scan;
import org.jspecify.annotations.Nullable;

/**
 * Reads the mappings of processes. Each read is guarded for its own process, so that no other
 * process is taken for an unreadable one. Stateless and thread-safe.
 */
final class GuardedMappings {
  private GuardedMappings() {}

  /**
   * Moves {@code scan.maps} before the first mapping of a process.
   *
   * @param root the open root of /proc
   * @return {@code scan.maps}; null if the mappings can't be read
   */
  static @Nullable Mappings read(Scan scan, GuardedReads guard, int root, int pid) {
    int dir = scan.bind(root, pid);
    if (dir < 0) {
      return null;
    }
    GuardedText text = guard.text(pid, dir, FileName.MAPS, GuardedReads.WHOLE);
    Syscalls.close(dir);
    if (text.length() < 0) {
      return null;
    }
    scan.maps.over(text.cursor());
    return scan.maps;
  }
}
