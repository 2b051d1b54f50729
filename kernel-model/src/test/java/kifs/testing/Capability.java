package kifs.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Capabilities on which depends what the kernel grants to a test. See capabilities(7). */
public enum Capability {
  /** CAP_SYS_NICE. */
  SYS_NICE(23),

  /** CAP_SYS_RESOURCE. */
  SYS_RESOURCE(24);

  private static final String EFFECTIVE = "CapEff:";

  private final int number;

  Capability(int number) {
    this.number = number;
  }

  /** Whether the calling thread has this capability. */
  public boolean isEffective() {
    try {
      String line =
          Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
              .filter(each -> each.startsWith(EFFECTIVE))
              .findFirst()
              .orElseThrow();
      long mask = Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).trim(), 16);
      return (mask >> number & 1) != 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
