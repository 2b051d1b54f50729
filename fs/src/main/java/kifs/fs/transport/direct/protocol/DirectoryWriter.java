package kifs.fs.transport.direct.protocol;

import java.nio.ByteBuffer;

/** Writes the entries of a directory into an answer, as many as fit. Not thread-safe. */
public final class DirectoryWriter {
  /** The inode number of an entry whose node has none yet. */
  public static final long UNKNOWN = 0xffffffffL;

  /** Size of struct fuse_dirent without the name. */
  private static final int ENTRY_BYTES = 24;

  private static final int ALIGNMENT = 8;
  private static final int TYPE_SHIFT = 12;
  private static final byte[] PADDING = new byte[ALIGNMENT];

  private final ByteBuffer to;
  private final boolean isPlus;

  /**
   * @param to written from its position to its limit
   * @param isPlus whether each entry begins with the attributes of its node
   */
  public DirectoryWriter(ByteBuffer to, boolean isPlus) {
    this.to = to;
    this.isPlus = isPlus;
  }

  /** Whether an entry with a name of that many bytes still fits. */
  public boolean fits(int nameBytes) {
    return bytes(nameBytes) <= to.remaining();
  }

  private int bytes(int nameBytes) {
    int entry = (ENTRY_BYTES + nameBytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    return isPlus ? entry + Attributes.ENTRY_BYTES : entry;
  }

  /** Adds an entry without attributes. The kernel looks its name up when it needs them. */
  public void add(byte[] name, int mode, long next) {
    if (isPlus) {
      to.put(new byte[Attributes.ENTRY_BYTES]);
    }
    addName(name, mode, next, UNKNOWN);
  }

  /**
   * Adds an entry with its attributes. For the kernel this is a lookup of the node.
   *
   * @param next the offset at which the kernel asks for the entry after this one
   */
  public void add(byte[] name, Attributes node, long nameS, long attributesS, long next) {
    node.writeEntry(to, nameS, attributesS);
    addName(name, node.mode(), next, node.node());
  }

  private void addName(byte[] name, int mode, long next, long inode) {
    to.putLong(inode).putLong(next).putInt(name.length).putInt(mode >> TYPE_SHIFT).put(name);
    to.put(PADDING, 0, (ALIGNMENT - (ENTRY_BYTES + name.length) % ALIGNMENT) % ALIGNMENT);
  }
}
