package kifs.kernel.procfs.cgroups;

import java.util.Set;
import kifs.kernel.procfs.scan.Scan;

/**
 * One mounted hierarchy of cgroups. Immutable.
 *
 * @param number distinguishes it from the other hierarchies of the host; 0: cgroup v2
 * @param mountPoint one char a byte
 * @param controllers names as in v2, so that v1's {@code blkio} is {@code io}
 */
record Hierarchy(int number, String mountPoint, Set<String> controllers) {
  /** Marks an id that isn't the kernel's id of a group in cgroup v2. */
  private static final long V1_ID = 1L << 63;

  private static final int INODE_BITS = 40;

  boolean isV2() {
    return number == 0;
  }

  /**
   * Whether the hierarchy has a file.
   *
   * @return false also if its controller belongs to another hierarchy
   */
  boolean has(FigureFile file) {
    return file.isV2() == isV2()
        && (file.controller() == null || controllers.contains(file.controller()));
  }

  /** The fields of CGROUP that the hierarchy's files have. */
  long fields() {
    long fields = 0;
    for (FigureFile file : FigureFiles.ALL) {
      fields |= has(file) ? file.fields() : 0;
    }
    return fields;
  }

  /** The id of the group whose directory has that inode number. */
  long id(long inode) {
    return isV2() ? inode : V1_ID | (long) number << INODE_BITS | inode & (1L << INODE_BITS) - 1;
  }

  /**
   * Opens the directory of a group. Returns the fd, which the caller closes, or a negative errno.
   *
   * @param path one char a byte
   */
  int open(Scan scan, String path) {
    return scan.openBelow(Names.bytes(mountPoint), Names.bytes(path));
  }
}
