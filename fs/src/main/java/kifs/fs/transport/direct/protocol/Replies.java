package kifs.fs.transport.direct.protocol;

import java.nio.ByteBuffer;

/** The header of answers and notifications, and the small structs after it. Stateless. */
public final class Replies {
  /** Size of struct fuse_out_header. */
  public static final int HEADER_BYTES = 16;

  /** Flags of an open file: reads and writes aren't cached, a close isn't reported. */
  public static final int DIRECT_IO = 1;

  public static final int STREAM = 1 << 4;
  public static final int NOFLUSH = 1 << 5;

  private static final int NOTIFY_POLL = 1;
  private static final int NOTIFY_INVAL_ENTRY = 3;

  /** Sizes of struct fuse_open_out, of an answer of one number, and of struct fuse_statfs_out. */
  public static final int OPEN_BYTES = 16;

  public static final int NUMBER_BYTES = 8;
  public static final int STATFS_BYTES = 80;

  private static final int BLOCK_BYTES = 4096;

  private Replies() {}

  /** Leaves room for the header. What follows is the body of the answer. */
  public static void begin(ByteBuffer to) {
    to.clear().position(HEADER_BYTES);
  }

  /** Completes an answer, and prepares the buffer to be sent. */
  public static void end(ByteBuffer to, long unique) {
    header(to, 0, unique);
  }

  /**
   * Makes an answer of an error.
   *
   * @param errno positive
   */
  public static void error(ByteBuffer to, long unique, int errno) {
    begin(to);
    header(to, -errno, unique);
  }

  private static void header(ByteBuffer to, int error, long unique) {
    to.flip();
    to.putInt(0, to.limit()).putInt(4, error).putLong(8, unique);
  }

  /** Writes struct fuse_open_out. */
  public static void opened(ByteBuffer to, long handle, int flags) {
    to.putLong(handle).putInt(flags).putInt(0);
  }

  /** Writes the answer of one number: what was written, or what a poll reports. */
  public static void number(ByteBuffer to, int number) {
    to.putInt(number).putInt(0);
  }

  /** Writes struct fuse_statfs_out of a filesystem without blocks. */
  public static void statfs(ByteBuffer to, int maxNameBytes) {
    int begin = to.position();
    to.put(new byte[STATFS_BYTES]);
    to.putInt(begin + 40, BLOCK_BYTES).putInt(begin + 44, maxNameBytes);
    to.putInt(begin + 48, BLOCK_BYTES);
  }

  /** Makes the notification that a client in poll(2) should ask again. */
  public static void pollAgain(ByteBuffer to, long pollHandle) {
    begin(to);
    to.putLong(pollHandle);
    header(to, NOTIFY_POLL, 0);
  }

  /** Makes the notification that a directory doesn't have a name any more. */
  public static void forgetName(ByteBuffer to, long parent, byte[] name) {
    begin(to);
    to.putLong(parent).putInt(name.length).putInt(0).put(name).put((byte) 0);
    header(to, NOTIFY_INVAL_ENTRY, 0);
  }
}
