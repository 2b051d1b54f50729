package kifs.kernel.procfs.locks;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.locks.blocked.FileLock;
import org.jspecify.annotations.Nullable;

/**
 * {@code /proc/locks}, one line for each lock:
 *
 * <pre>
 *   1: POSIX  ADVISORY  WRITE 1234 fe:00:85704 0 EOF
 *   1: -> POSIX  ADVISORY  WRITE 1235 fe:00:85704 10 14
 * </pre>
 *
 * An arrow marks a lock that a process waits for. It is indented by the number of waits before it.
 * The parser skips leases, other entries that are no locks, and malformed lines. Stateless and
 * thread-safe.
 */
final class LocksFile {
  private static final int FIELDS = 7;

  private LocksFile() {}

  static List<FileLock> parse(String text) {
    List<FileLock> locks = new ArrayList<>();
    for (String line : text.split("\n")) {
      FileLock lock = line(line.strip().split("\\s+"));
      if (lock != null) {
        locks.add(lock);
      }
    }
    return locks;
  }

  private static @Nullable FileLock line(String[] words) {
    boolean waits = words.length > 1 && words[1].equals("->");
    int at = waits ? 2 : 1;
    if (words.length < at + FIELDS) {
      return null;
    }
    FileLock.Kind kind =
        switch (words[at]) {
          case "FLOCK" -> FileLock.Kind.FLOCK;
          case "POSIX" -> FileLock.Kind.POSIX;
          case "OFDLCK" -> FileLock.Kind.OFD;
          default -> null;
        };
    String[] file = words[at + 4].split(":");
    if (kind == null || file.length != 3) {
      return null;
    }
    try {
      return new FileLock(
          kind,
          words[at + 2].equals("WRITE"),
          Integer.parseInt(words[at + 3]),
          Integer.parseInt(file[0], 16),
          Integer.parseInt(file[1], 16),
          Long.parseUnsignedLong(file[2]),
          Long.parseLong(words[at + 5]),
          words[at + 6].equals("EOF") ? Long.MAX_VALUE : Long.parseLong(words[at + 6]),
          waits);
    } catch (NumberFormatException e) {
      return null;
    }
  }
}
