package kifs.kernel.procfs.locks;

import java.util.Optional;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.Scan;

/**
 * Finds the child for which a thread waits in vfork(2): until it executes a program or ends, it
 * shares the memory of the thread, as kcmp(2) tells. Stateless.
 */
final class VforkChild {
  private VforkChild() {}

  /**
   * The only child of a thread that shares its memory; empty if there is none, if there are
   * several, or if the kernel doesn't list children.
   *
   * @param scan its names are relative to the thread; ids must be the running kernel's
   */
  static Optional<Integer> of(Scan scan, int parent) {
    IdList sharing = new IdList();
    if (scan.loadWhole(FileName.CHILDREN) >= 0) {
      while (scan.cursor.number()) {
        int child = (int) scan.cursor.value();
        if (Syscalls.compareMemory(parent, child) == 0) {
          sharing.add(child);
        }
      }
    }
    return sharing.size() == 1 ? Optional.of(sharing.get(0)) : Optional.empty();
  }
}
