package kifs.fs.access;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Reads from /proc what kifs needs to know about a client. Clients are processes of the host on
 * which kifs runs, even if kifs shows a simulated kernel. Thread-safe.
 */
public final class Callers {
  private static final long SIGKILL_PENDING = 1L << 8;

  private Callers() {}

  /** The process of a thread; the tid itself if the thread has just vanished. */
  public static int processOf(int tid) {
    String line = statusLine(tid, "Tgid:");
    return line == null ? tid : Integer.parseInt(line);
  }

  /**
   * Whether an interrupted thread is about to end. Any fatal signal leaves SIGKILL pending for
   * every thread of the process.
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

  private static @Nullable String statusLine(int tid, String key) {
    try {
      Path status = Path.of("/proc", Integer.toString(tid), "status");
      for (String line : Files.readString(status, StandardCharsets.ISO_8859_1).split("\n")) {
        if (line.startsWith(key)) {
          return line.substring(key.length()).strip();
        }
      }
    } catch (IOException e) {
      // The thread has vanished, so it has no such line.
    }
    return null;
  }
}
