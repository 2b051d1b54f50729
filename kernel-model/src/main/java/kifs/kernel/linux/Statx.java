package kifs.kernel.linux;

/** Where in a struct statx the fields lie that are used here, and how to ask for them. */
public final class Statx {
  public static final int BYTES = 256;
  public static final int UID = 20;
  public static final int GID = 24;
  public static final int INODE = 32;
  public static final int SIZE = 40;

  public static final int WANT_UID = 0x8;
  public static final int WANT_GID = 0x10;
  public static final int WANT_INODE = 0x100;
  public static final int WANT_SIZE = 0x200;

  /** The path may be empty: then it is about the fd itself. */
  public static final int AT_EMPTY_PATH = 0x1000;

  private Statx() {}
}
