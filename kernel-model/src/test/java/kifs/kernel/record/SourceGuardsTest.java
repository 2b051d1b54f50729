package kifs.kernel.record;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class SourceGuardsTest {
  @Test
  void theStrictestSourceCounts() {
    assertEquals(Guard.OPEN, SourceGuards.of("/proc/[pid]/stat field 4"));
    assertEquals(Guard.OPEN, SourceGuards.of("/proc/[pid]/task/[tid]/sched se.exec_start"));
    assertEquals(Guard.OPEN, SourceGuards.of("/proc/meminfo, MemTotal"));
    assertEquals(Guard.OPEN, SourceGuards.of("/proc/[pid]"));
    assertEquals(Guard.PTRACE, SourceGuards.of("/proc/[pid]/io read_bytes"));
    assertEquals(Guard.PTRACE, SourceGuards.of("prlimit(2) RLIMIT_CPU"));
    assertEquals(Guard.PTRACE, SourceGuards.of("stat(2) of /proc/[pid]/fd/[fd]"));
    assertEquals(Guard.ATTACH, SourceGuards.of("/proc/[pid]/task/[tid]/syscall field 1"));
    assertEquals(Guard.ATTACH, SourceGuards.of("/proc/[pid]/stat, or /proc/[pid]/mem"));
  }

  /** A new field without a known source must not be shown to everybody. */
  @Test
  void anUnknownSourceIsAnError() {
    for (String source : List.of("", "/proc/[pid]/pagemap", "a crystal ball")) {
      assertThrows(IllegalArgumentException.class, () -> SourceGuards.of(source), source);
    }
  }

  @Test
  void whatIsGuardedOfAProcess() {
    assertEquals(
        List.of(
            "fds",
            "fd_limit",
            "rchar_bytes",
            "wchar_bytes",
            "syscr",
            "syscw",
            "read_bytes",
            "write_bytes",
            "cancelled_write_bytes",
            "shm_bytes"),
        guarded(ProcessRecord.TYPE, Guard.PTRACE));
    assertEquals(List.of(), guarded(ProcessRecord.TYPE, Guard.ATTACH));
  }

  @Test
  void aSumOfGuardedFieldsIsAboutAllProcesses() {
    assertEquals(Guard.OPEN, TotalRecord.of(ProcessRecord.RSS).guard());
    assertEquals(Guard.ALL_PROCESSES, TotalRecord.of(ProcessRecord.FDS).guard());
    assertEquals(Guard.ALL_PROCESSES, ShmRecord.USERS.guard());
  }

  @Test
  void theExistenceOfSomeRecordsIsGuarded() {
    assertEquals(
        List.of("FD", "SHM", "SHM_USER", "WAIT"),
        Records.ALL.stream()
            .filter(type -> type.existence() != Guard.OPEN)
            .map(RecordType::name)
            .toList());
  }

  private static List<String> guarded(RecordType type, Guard least) {
    return type.fields().stream()
        .filter(field -> (type.guarded(least) & field.bit()) != 0)
        .map(Field::name)
        .toList();
  }
}
