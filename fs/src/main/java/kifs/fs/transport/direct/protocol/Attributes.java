package kifs.fs.transport.direct.protocol;

import java.nio.ByteBuffer;

/**
 * What stat(2) shows of a node. Immutable.
 *
 * @param node its number, which is also the inode number
 * @param mode type and permissions
 * @param size bytes
 * @param timeS of the last change, and all other times, s since 1970
 */
public record Attributes(long node, int mode, long size, long uid, long gid, long timeS) {
  /** Size of struct fuse_attr. */
  private static final int BYTES = 88;

  private static final int BLOCK_BYTES = 4096;

  /** Sizes of struct fuse_entry_out and of struct fuse_attr_out. */
  public static final int ENTRY_BYTES = 128;

  public static final int ATTR_BYTES = 104;

  /** Offsets of struct fuse_attr in those. */
  private static final int IN_ENTRY = 40;

  private static final int IN_ATTR = 16;

  /**
   * Writes struct fuse_entry_out.
   *
   * @param nameS how long the kernel may remember the name, s
   * @param attributesS how long it may remember the attributes, s
   */
  public void writeEntry(ByteBuffer to, long nameS, long attributesS) {
    int begin = to.position();
    to.put(new byte[ENTRY_BYTES]);
    to.putLong(begin, node);
    to.putLong(begin + 16, nameS);
    to.putLong(begin + 24, attributesS);
    write(to, begin + IN_ENTRY);
  }

  /** Writes struct fuse_attr_out; the time is as in {@link #writeEntry}. */
  public void writeAttr(ByteBuffer to, long attributesS) {
    int begin = to.position();
    to.put(new byte[ATTR_BYTES]);
    to.putLong(begin, attributesS);
    write(to, begin + IN_ATTR);
  }

  private void write(ByteBuffer to, int at) {
    to.putLong(at, node);
    to.putLong(at + 8, size);
    to.putLong(at + 24, timeS);
    to.putLong(at + 32, timeS);
    to.putLong(at + 40, timeS);
    to.putInt(at + 60, mode);
    to.putInt(at + 64, 1);
    to.putInt(at + 68, (int) uid);
    to.putInt(at + 72, (int) gid);
    to.putInt(at + BYTES - 8, BLOCK_BYTES);
  }
}
