package kifs.notifier.pace;

import static kifs.notifier.Rig.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import kifs.kernel.clock.KernelClock;
import org.junit.jupiter.api.Test;

/** A tenth of one CPU, by the thread's own CPU time (docs/notify.md 10). */
class TimeBudgetTest {
  private long boottimeNs = 1000 * MS;
  private long cpuTimeNs = 7 * MS;

  private final TimeBudget budget =
      new TimeBudget(
          new KernelClock() {
            @Override
            public long boottimeNs() {
              return boottimeNs;
            }

            @Override
            public long realtimeNs() {
              return boottimeNs;
            }

            @Override
            public long cpuTimeNs() {
              return cpuTimeNs;
            }
          });

  @Test
  void theFirstPieceOfWorkMayBeginAtOnce() {
    assertEquals(0, budget.notBeforeNs());
  }

  /** 50 ms passed, and other threads had the CPU for 48 ms of them. */
  @Test
  void onlyTheThreadsOwnCpuTimeCounts() {
    budget.begin();
    boottimeNs += 50 * MS;
    cpuTimeNs += 2 * MS;
    budget.end();
    assertEquals(2 * MS, budget.usedNs());
    assertEquals(48 * MS, budget.waitedNs());
    assertEquals(1000 * MS, budget.beganNs());
    assertEquals(1020 * MS, budget.notBeforeNs());
  }
}
