package kifs.kernel.linux;

/** Where in a struct statx the fields lie that are used here, and how to ask for them. */
public final class Statx {
  public static final int BYTES = 256;
  public static final int UID = 20;
  public static final int GID = 24;
  public static final int INODE = 32;
  public static final int SIZE = 40;
  public static final int DEVICE_MAJOR = 136;
  public static final int DEVICE_MINOR = 140;

  public static final int WANT_UID = 0x8;
  public static final int WANT_GID = 0x10;
  public static final int WANT_INODE = 0x100;
  public static final int WANT_SIZE = 0x200;

  /** The path may be empty: then it is about the fd itself. */
  public static final int AT_EMPTY_PATH = 0x1000;

  /** What the kernel knows by itself will do: no question to a file server. */
  public static final int AT_STATX_DONT_SYNC = 0x4000;

  /** A device number as st_dev has it. */
  public static long device(int major, int minor) {
    return (minor & 0xFFL)
        | (major & 0xFFFL) << 8
        | (minor & 0xFFFF_FF00L) << 12
        | (major & 0xFFFF_F000L) << 32;
  }

  private Statx() {}
}
