package kifs.kernel.linux;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LinuxClockTest {
  private static final long MS = 1_000_000;
  private final LinuxClock clock = new LinuxClock();

  @Test
  void processorTimeIsTheThreadsOwn() throws Exception {
    long began = clock.boottimeNs();
    long before = clock.processorTimeNs();
    Thread.sleep(50);
    long asleep = clock.processorTimeNs() - before;
    long passed = clock.boottimeNs() - began;
    assertTrue(passed >= 50 * MS, "passed: " + passed);
    assertTrue(asleep <= passed - 40 * MS, "used: " + asleep + " of " + passed);

    while (clock.processorTimeNs() < before + asleep + 20 * MS) {
      Thread.onSpinWait();
    }
    assertTrue(clock.boottimeNs() - began >= 70 * MS);
  }
}
