package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;

/**
 * {@code /proc/[pid]/cgroup}: {@code id:controllers:path} lines, one a hierarchy; v2's is {@code
 * 0::path}.
 */
public final class CgroupFile {
  private static final byte[] V2 = "0::".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] SYSTEMD = "name=systemd:".getBytes(StandardCharsets.US_ASCII);

  private CgroupFile() {}

  /**
   * The path in cgroup v2: from the cursor's position up to the index returned.
   *
   * @return -1: there is none
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
   * Whether the process is in that cgroup or below it, in any hierarchy.
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
   * The path that tells most: in cgroup v2, unless that is the root while v1 hierarchies know
   * better; then systemd's own hierarchy, then the longest path.
   *
   * @return null: none
   */
  public static String path(ByteCursor in) {
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

  /** Goes behind the colon before the path. */
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

  private static int pathEnd(ByteCursor in) {
    return in.peek() == '/' ? in.indexOf('\n') : -1;
  }

  /** One char a byte, as everywhere where the kernel's names become strings. */
  private static String text(ByteCursor in, int end) {
    return new String(in.bytes(), in.position(), end - in.position(), StandardCharsets.ISO_8859_1);
  }
}
