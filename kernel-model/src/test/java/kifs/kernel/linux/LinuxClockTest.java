package kifs.kernel.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import kifs.testing.Capability;
import org.junit.jupiter.api.Test;

/** Tests the clocks of this host. */
class LinuxClockTest {
  private static final long MS = 1_000_000;
  private static final int TIMEKEEPER_NICE = -10;
  private final LinuxClock clock = new LinuxClock();

  /** Without CAP_SYS_NICE the kernel refuses, and the nice value stays as it was. */
  @Test
  void keepTimeLowersTheNiceValueOfThisThreadOnly() throws Exception {
    long[] nices = new long[2];
    Thread keeper =
        new Thread(
            () -> {
              nices[0] = nice();
              clock.keepTime();
              nices[1] = nice();
            });
    long before = nice();
    assumeTrue(before != TIMEKEEPER_NICE, "the tests have that nice value already");
    keeper.start();
    keeper.join();
    assertEquals(before, nices[0]);
    assertEquals(Capability.SYS_NICE.isEffective() ? TIMEKEEPER_NICE : before, nices[1]);
    assertEquals(before, nice());
  }

  private static long nice() {
    try {
      String stat = Files.readString(Path.of("/proc/thread-self/stat"));
      return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[16]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void cpuTimeCountsThisThreadOnly() throws Exception {
    long began = clock.boottimeNs();
    long before = clock.cpuTimeNs();
    Thread.sleep(50);
    long asleep = clock.cpuTimeNs() - before;
    long passed = clock.boottimeNs() - began;
    assertTrue(passed >= 50 * MS, "passed: " + passed);
    assertTrue(asleep <= passed - 40 * MS, "used: " + asleep + " of " + passed);

    while (clock.cpuTimeNs() < before + asleep + 20 * MS) {
      Thread.onSpinWait();
    }
    assertTrue(clock.boottimeNs() - began >= 70 * MS);
  }
}
