package kifs.kernel.linux.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parses records of /dev/kmsg in the forms of several kernels. */
class OomLogTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "3,812,1104564180,-;Memory cgroup out of memory: Killed process 7362 (python3)"
            + " total-vm:118956kB, anon-rss:19840kB, UID:0\n",
        "3,812,1104564180,-,caller=T1;Out of memory: Killed process 7362 (a: b) (c) total-vm:1kB\n",
        "3,9,5,-;Out of memory (oom_kill_allocating_task): Killed process 7362 (x) total-vm:1kB\n"
            + " SUBSYSTEM=cpu\n DEVICE=n1:lo\n",
      })
  void aKill(String record) {
    assertEquals(OptionalInt.of(7362), OomLog.killed(record));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        // A program wrote this record: its priority is not the kernel's.
        "11,812,1104564180,-;Out of memory: Killed process 7362 (python3) total-vm:118956kB",
        "6,812,1104564180,-;python3 invoked oom-killer: gfp_mask=0xcc0, order=0\n",
        "3,812,1104564180,-;oom_reaper: reaped process 7362 (python3), now anon-rss:0kB\n",
        "3,812,1104564180,-;Out of memory: Killed process 99999999999 (python3)\n",
      })
  void otherRecords(String record) {
    assertEquals(OptionalInt.empty(), OomLog.killed(record));
  }

  @Test
  void aNameCannotForgeAnotherKill() {
    String name = "x) Killed process 1 (";
    assertEquals(
        OptionalInt.of(7),
        OomLog.killed("3,1,1,-;Out of memory: Killed process 7 (" + name + ") total-vm:1kB\n"));
  }
}
