package kifs.kernel.linux;

import java.nio.ByteBuffer;

/** Offsets of fields in a struct statx, and the flags of statx(2). Stateless and thread-safe. */
public final class Statx {
  public static final int BYTES = 256;
  public static final int LINKS = 16;
  public static final int UID = 20;
  public static final int GID = 24;
  public static final int MODE = 28;
  public static final int INODE = 32;
  public static final int SIZE = 40;
  public static final int DEVICE_MAJOR = 136;
  public static final int DEVICE_MINOR = 140;

  /** Offset of the number of allocated blocks of 512 bytes. */
  public static final int BLOCKS = 48;

  public static final int WANT_TYPE = 0x1;

  public static final int WANT_LINKS = 0x4;
  public static final int WANT_UID = 0x8;
  public static final int WANT_GID = 0x10;
  public static final int WANT_INODE = 0x100;
  public static final int WANT_SIZE = 0x200;
  public static final int WANT_BLOCKS = 0x400;

  /** Allows an empty path, which means the file of the fd itself. */
  public static final int AT_EMPTY_PATH = 0x1000;

  public static final int AT_SYMLINK_NOFOLLOW = 0x100;

  /** Makes the kernel answer from its memory, so that no filesystem waits for its server. */
  public static final int AT_STATX_DONT_SYNC = 0x4000;

  private Statx() {}

  /** The device in a struct statx, in the form of {@code st_dev} of stat(2). */
  public static long device(ByteBuffer statx) {
    return device(statx.getInt(DEVICE_MAJOR), statx.getInt(DEVICE_MINOR));
  }

  /** Combines a major and a minor number, as makedev(3) does. */
  public static long device(long major, long minor) {
    return (major & 0xFFF) << 8 | minor & 0xFF | (minor & ~0xFFL) << 12 | (major & ~0xFFFL) << 32;
  }
}
