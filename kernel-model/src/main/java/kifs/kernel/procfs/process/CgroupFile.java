package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import org.jspecify.annotations.Nullable;

/**
 * {@code /proc/[pid]/cgroup}: one line {@code id:controllers:path} for each hierarchy. The line of
 * cgroup v2 is {@code 0::path}. Stateless and thread-safe.
 */
public final class CgroupFile {
  private static final byte[] V2 = "0::".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SYSTEMD = "name=systemd:".getBytes(StandardCharsets.US_ASCII);

  private CgroupFile() {}

  /**
   * Finds the path in cgroup v2. It begins at the cursor and ends before the index returned.
   *
   * @return -1 if there is none
   */
  public static int v2Path(ByteCursor in) {
    do {
      if (in.skip(V2)) {
        return pathEnd(in);
      }
    } while (in.nextLine());
    return -1;
  }

  /**
   * Whether the process is in a cgroup or below it, in any hierarchy.
   *
   * @param cgroup without a slash at its end, except for the root itself
   */
  public static boolean isIn(ByteCursor in, byte[] cgroup) {
    boolean root = cgroup.length == 1;
    do {
      if (skipToPath(in) && pathEnd(in) >= 0) {
        int start = in.position();
        if (in.skip(cgroup) && (root || in.peek() == '/' || in.peek() == '\n')) {
          return true;
        }
        in.position(start);
      }
    } while (in.nextLine());
    return false;
  }

  /**
   * The most specific path of the process: its path in cgroup v2, unless that is the root; then its
   * path in the v1 hierarchy {@code name=systemd}, unless that is the root, too; then the longest
   * path.
   *
   * @return null if the file has no path
   */
  public static @Nullable String path(ByteCursor in) {
    String v2 = null;
    String best = null;
    String systemd = null;
    do {
      boolean isV2 = in.skip(V2);
      if (!isV2) {
        skipNumber(in);
      }
      boolean isSystemd = !isV2 && in.skip(SYSTEMD);
      if ((isV2 || isSystemd || skipToPath(in)) && pathEnd(in) >= 0) {
        String path = text(in, pathEnd(in));
        v2 = isV2 ? path : v2;
        systemd = isSystemd ? path : systemd;
        best = best == null || path.length() > best.length() ? path : best;
      }
    } while (in.nextLine());
    if (v2 != null && v2.length() > 1) {
      return v2;
    }
    return systemd != null && systemd.length() > 1 ? systemd : best;
  }

  /** Moves to the path of this line. Returns false if the line has none. */
  private static boolean skipToPath(ByteCursor in) {
    while (in.peek() >= 0 && in.peek() != '\n') {
      int here = in.peek();
      in.position(in.position() + 1);
      if (here == ':' && in.peek() == '/') {
        return true;
      }
    }
    return false;
  }

  private static void skipNumber(ByteCursor in) {
    while (in.peek() >= '0' && in.peek() <= '9') {
      in.position(in.position() + 1);
    }
    if (in.peek() == ':') {
      in.position(in.position() + 1);
    }
  }

  /** The index after the path at the cursor; -1 if there is no complete path. */
  private static int pathEnd(ByteCursor in) {
    return in.peek() == '/' ? in.indexOf('\n') : -1;
  }

  /** Makes a string with one char a byte, as kifs does with all names from the kernel. */
  private static String text(ByteCursor in, int end) {
    return new String(in.bytes(), in.position(), end - in.position(), StandardCharsets.ISO_8859_1);
  }
}
