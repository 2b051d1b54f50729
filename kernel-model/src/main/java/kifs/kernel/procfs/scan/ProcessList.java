package kifs.kernel.procfs.scan;

import kifs.kernel.linux.Syscalls;

/**
 * The list of all processes, from the names in /proc. Thread-safe.
 *
 * @param root the open root of /proc, which must stay open while the list is used
 */
public record ProcessList(int root) {
  /** Lists the ids of all processes, ascending. An earlier content of the list is replaced. */
  public void read(Scan scan, IdList into) {
    into.clear();
    scan.inDirectory(root);
    int fd = scan.openDirectory(FileName.HERE);
    if (fd >= 0) {
      scan.numbers(fd, into);
      Syscalls.close(fd);
    }
  }
}
