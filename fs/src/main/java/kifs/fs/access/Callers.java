package kifs.fs.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What is to be known of the client behind a request. Clients are processes of the host that kifs
 * runs on, also where the kernel that it shows is a simulated one.
 */
public final class Callers {
  private static final long SIGKILL_PENDING = 1L << 8;

  private Callers() {}

  /** The process of a thread; the thread itself if it has just gone. */
  public static int processOf(int tid) {
    String line = statusLine(tid, "Tgid:");
    return line == null ? tid : Integer.parseInt(line);
  }

  /**
   * Whether a thread that was interrupted is about to end. A fatal signal, whichever it was, leaves
   * SIGKILL pending for every thread of the process.
   */
  public static boolean isDying(int tid) {
    String pending = statusLine(tid, "SigPnd:");
    String state = statusLine(tid, "State:");
    return pending == null
        || state == null
        || (Long.parseUnsignedLong(pending, 16) & SIGKILL_PENDING) != 0
        || state.startsWith("Z")
        || state.startsWith("X");
  }

  private static String statusLine(int tid, String key) {
    try {
      Path status = Path.of("/proc", Integer.toString(tid), "status");
      for (String line : Files.readString(status, StandardCharsets.ISO_8859_1).split("\n")) {
        if (line.startsWith(key)) {
          return line.substring(key.length()).strip();
        }
      }
    } catch (IOException e) {
      // It has gone: that is an answer.
    }
    return null;
  }
}
