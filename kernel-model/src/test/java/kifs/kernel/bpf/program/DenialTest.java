package kifs.kernel.bpf.program;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Each cause for refusing BPF has its own message. */
class DenialTest {
  private static final String ALL = "000001ffffffffff";

  @Test
  void aLockedDownKernel() {
    String reason = Denial.reason("none integrity [confidentiality]", ALL);
    assertTrue(reason.startsWith("the kernel is locked down"), reason);
  }

  @Test
  void integrityAloneForbidsNoReading() {
    String reason = Denial.reason("none [integrity] confidentiality", ALL);
    assertEquals(Denial.reason("[none] integrity confidentiality", ALL), reason);
  }

  @Test
  void missingCapabilities() {
    String none = Denial.reason("", "0000000000000000");
    assertTrue(none.contains("CAP_BPF and CAP_PERFMON"), none);
    assertEquals(none, Denial.reason("", ""));
    assertEquals(none, Denial.reason("", Long.toHexString(1L << 39)), "CAP_BPF alone");
    String bpfAndPerfmon = Denial.reason("", Long.toHexString(1L << 39 | 1L << 38));
    assertTrue(bpfAndPerfmon.contains("seccomp"), bpfAndPerfmon);
    assertEquals(bpfAndPerfmon, Denial.reason("", Long.toHexString(1L << 21)));
  }
}
