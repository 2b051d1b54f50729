package kifs.kernel.shm;

import kifs.kernel.record.ShmRecord;

/**
 * Identifies a shared-memory object. The inode number alone is ambiguous: a System V object has its
 * shmid as inode number, in the same filesystem in which memfds get consecutive ones. Immutable.
 *
 * @param kind as in SHM
 * @param space the space in which the number is unique: the device of the object's filesystem, as
 *     st_dev; for System V objects the inode number of their IPC namespace, 0: the source's own
 * @param inode the inode number; for System V objects the shmid
 */
public record ShmKey(int kind, long space, long inode) implements Comparable<ShmKey> {
  private static final int INODE_BITS = 40;
  private static final int KIND_BITS = 2;
  private static final int SPACE_BITS = 20;

  /**
   * The id in SHM and SHM_USER records, a positive number. It is constant while the object exists,
   * and the same in every source.
   */
  public long id() {
    // A file of a tmpfs may be a POSIX object of some processes and a mere file of others.
    int code = kind == ShmRecord.TMPFS ? ShmRecord.POSIX : kind;
    // A number that needs more bits than its part of the id is folded, so that all its bits count.
    return id(space, code - 1, inode);
  }

  static long id(long space, int code, long inode) {
    return fold(space, SPACE_BITS) << INODE_BITS + KIND_BITS
        | (long) code << INODE_BITS
        | fold(inode, INODE_BITS);
  }

  /** The part of an id that says the kind: 0 file, 1 System V, 2 memfd, 3 anonymous memory. */
  static int code(long id) {
    return (int) (id >>> INODE_BITS) & (1 << KIND_BITS) - 1;
  }

  static long inode(long id) {
    return id & (1L << INODE_BITS) - 1;
  }

  static long space(long id) {
    return id >>> INODE_BITS + KIND_BITS;
  }

  private static long fold(long value, int bits) {
    long folded = 0;
    for (long rest = value; rest != 0; rest >>>= bits) {
      folded ^= rest & (1L << bits) - 1;
    }
    return folded;
  }

  @Override
  public int compareTo(ShmKey other) {
    return Long.compare(id(), other.id());
  }
}
