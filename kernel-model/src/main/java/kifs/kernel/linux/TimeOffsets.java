package kifs.kernel.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * How the clocks of the daemon's time namespace differ from those of the first one. Programs in the
 * kernel and its messages use the clocks of the first one, /proc and system calls those of the
 * daemon's. The offsets can't change while a process is in the namespace. Immutable.
 *
 * @param monotonicNs CLOCK_MONOTONIC here minus that of the first namespace, ns
 * @param boottimeNs CLOCK_BOOTTIME here minus that of the first namespace, ns
 */
public record TimeOffsets(long monotonicNs, long boottimeNs) {
  private static final Path FILE = Path.of("/proc/self/timens_offsets");
  private static final long NS_PER_S = 1_000_000_000L;

  /** The offsets of this process: 0 on kernels without time namespaces (Linux 5.6). */
  public static TimeOffsets own() {
    try {
      return parse(Files.readAllLines(FILE));
    } catch (IOException e) {
      return new TimeOffsets(0, 0);
    }
  }

  /** Parses lines of a clock's name, seconds and nanoseconds. */
  static TimeOffsets parse(List<String> lines) {
    return new TimeOffsets(offset(lines, "monotonic"), offset(lines, "boottime"));
  }

  private static long offset(List<String> lines, String clock) {
    for (String line : lines) {
      String[] words = line.trim().split("\\s+");
      if (words.length == 3 && words[0].equals(clock)) {
        return Long.parseLong(words[1]) * NS_PER_S + Long.parseLong(words[2]);
      }
    }
    return 0;
  }
}
