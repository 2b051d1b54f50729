package kifs.kernel.shm;

/**
 * Which shared-memory object it is. Inode numbers alone don't tell: System V objects have their
 * shmid for one, in the same filesystem in which memfds count on.
 *
 * @param kind as in SHM
 * @param space what its number is unique in: the device of its filesystem, as st_dev; of System V
 *     objects the inode number of their IPC namespace, 0 being the source's own
 * @param inode of System V objects the shmid
 */
public record ShmKey(int kind, long space, long inode) implements Comparable<ShmKey> {
  private static final int INODE_BITS = 40;
  private static final int KIND_BITS = 2;
  private static final int SPACE_BITS = 20;

  /**
   * The id that SHM and SHM_USER have, a positive number: the same for as long as the object is
   * there, and whichever source tells of it.
   */
  public long id() {
    // What is larger than its share of the bits is folded, so that it still counts.
    return fold(space, SPACE_BITS) << INODE_BITS + KIND_BITS
        | (long) (kind - 1) << INODE_BITS
        | fold(inode, INODE_BITS);
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
