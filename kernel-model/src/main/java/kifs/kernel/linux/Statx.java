package kifs.kernel.linux;

import java.nio.ByteBuffer;

/** Where in a struct statx the fields lie that are used here, and how to ask for them. */
public final class Statx {
  public static final int BYTES = 256;
  public static final int UID = 20;
  public static final int GID = 24;
  public static final int MODE = 28;
  public static final int INODE = 32;
  public static final int SIZE = 40;
  public static final int DEVICE_MAJOR = 136;
  public static final int DEVICE_MINOR = 140;

  /** Of 512 bytes each. */
  public static final int BLOCKS = 48;

  public static final int WANT_TYPE = 0x1;

  public static final int WANT_UID = 0x8;
  public static final int WANT_GID = 0x10;
  public static final int WANT_INODE = 0x100;
  public static final int WANT_SIZE = 0x200;
  public static final int WANT_BLOCKS = 0x400;

  /** The path may be empty: then it is about the fd itself. */
  public static final int AT_EMPTY_PATH = 0x1000;

  public static final int AT_SYMLINK_NOFOLLOW = 0x100;

  /** What is known is enough: no filesystem asks its server, which might not answer. */
  public static final int AT_STATX_DONT_SYNC = 0x4000;

  private Statx() {}

  /** As st_dev of stat(2). */
  public static long device(ByteBuffer statx) {
    return device(statx.getInt(DEVICE_MAJOR), statx.getInt(DEVICE_MINOR));
  }

  /** As makedev(3). */
  public static long device(long major, long minor) {
    return (major & 0xFFF) << 8 | minor & 0xFF | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
  }
}
