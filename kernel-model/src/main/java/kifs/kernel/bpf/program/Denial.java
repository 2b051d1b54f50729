package kifs.kernel.bpf.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds why a kernel that has BPF doesn't let the daemon use it. Stateless. */
final class Denial {
  private static final Path LOCKDOWN = Path.of("/sys/kernel/security/lockdown");
  private static final Path STATUS = Path.of("/proc/self/status");

  private static final int CAP_SYS_ADMIN = 21;
  private static final int CAP_PERFMON = 38;
  private static final int CAP_BPF = 39;

  private Denial() {}

  static String reason() {
    return reason(line(LOCKDOWN, ""), line(STATUS, "CapEff:"));
  }

  /**
   * @param lockdown the kernel's lockdown modes with the active one in brackets; empty: not known
   * @param effective the daemon's effective capabilities in hexadecimal; empty: not known
   */
  static String reason(String lockdown, String effective) {
    if (lockdown.contains("[confidentiality]")) {
      return "the kernel is locked down (confidentiality): nobody may read it by BPF";
    }
    long capabilities = effective.isEmpty() ? 0 : Long.parseUnsignedLong(effective, 16);
    boolean admin = has(capabilities, CAP_SYS_ADMIN);
    if (!admin && !(has(capabilities, CAP_BPF) && has(capabilities, CAP_PERFMON))) {
      return "not permitted: it takes CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN";
    }
    return "not permitted, for all our capabilities: a seccomp filter or a security module";
  }

  private static boolean has(long capabilities, int number) {
    return (capabilities >>> number & 1) != 0;
  }

  private static String line(Path file, String key) {
    try {
      List<String> lines = Files.readAllLines(file);
      return lines.stream()
          .filter(line -> line.startsWith(key))
          .map(line -> line.substring(key.length()).strip())
          .findFirst()
          .orElse("");
    } catch (IOException e) {
      return "";
    }
  }
}
