package kifs.fs.transport.direct.protocol;

import java.nio.ByteBuffer;

/**
 * The answer to the first request, by which both sides agree on a version and on what they use.
 * Stateless.
 */
public final class InitReply {
  public static final int MAJOR = 7;

  /** The oldest version that kifs speaks, of Linux 5.4, and the newest whose layouts it uses. */
  public static final int MINOR = 31;

  /** Bytes that a read may ask for: 256 pages of 4 KiB. */
  public static final int MAX_READ_BYTES = 1 << 20;

  /** Bytes that a write may have. The kernel cuts a longer one into several. */
  public static final int MAX_WRITE_BYTES = 128 * 1024;

  /** Bytes of a buffer into which every request fits. */
  public static final int REQUEST_BYTES = MAX_WRITE_BYTES + 4096;

  private static final int ASYNC_READ = 1;
  private static final int BIG_WRITES = 1 << 5;
  private static final int DO_READDIRPLUS = 1 << 13;
  private static final int READDIRPLUS_AUTO = 1 << 14;
  private static final int PARALLEL_DIROPS = 1 << 18;
  private static final int MAX_PAGES = 1 << 22;
  private static final int WANTED =
      ASYNC_READ | BIG_WRITES | DO_READDIRPLUS | READDIRPLUS_AUTO | PARALLEL_DIROPS | MAX_PAGES;

  /** Requests in the background (reads ahead) before the kernel makes clients wait. */
  private static final short MAX_BACKGROUND = 64;

  private static final short CONGESTION = 48;

  /** Size of struct fuse_init_out. */
  public static final int BYTES = 64;

  private static final int PAGE_BYTES = 4096;

  private InitReply() {}

  /**
   * Decides how to answer.
   *
   * @param request the arguments of INIT
   */
  public static Version version(Request request) {
    int major = request.getInt(0);
    int minor = request.getInt(4);
    if (major < MAJOR || major == MAJOR && minor < MINOR) {
      return Version.TOO_OLD;
    }
    return major > MAJOR ? Version.NEWER : Version.SPOKEN;
  }

  /** A version of the kernel's protocol. */
  public enum Version {
    /** kifs doesn't speak it, and the session can't begin. */
    TOO_OLD,
    /** kifs speaks it. */
    SPOKEN,
    /** kifs answers with its own major number, and the kernel asks again with that. */
    NEWER
  }

  /** Writes struct fuse_init_out. */
  public static void write(Request request, ByteBuffer to) {
    int begin = to.position();
    to.put(new byte[BYTES]);
    to.putInt(begin, MAJOR);
    to.putInt(begin + 4, MINOR);
    if (version(request) == Version.NEWER) {
      return;
    }
    to.putInt(begin + 8, request.getInt(8));
    to.putInt(begin + 12, request.getInt(12) & WANTED);
    to.putShort(begin + 16, MAX_BACKGROUND);
    to.putShort(begin + 18, CONGESTION);
    to.putInt(begin + 20, MAX_WRITE_BYTES);
    to.putInt(begin + 24, 1);
    to.putShort(begin + 28, (short) (MAX_READ_BYTES / PAGE_BYTES));
  }
}
