package kifs.notifier.pace;

import static kifs.notifier.Rig.MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import kifs.kernel.clock.KernelClock;
import org.junit.jupiter.api.Test;

class TimeBudgetTest {
  private long boottimeNs = 1000 * MS;
  private long processorTimeNs = 7 * MS;

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
            public long processorTimeNs() {
              return processorTimeNs;
            }
          });

  @Test
  void nothingHoldsTheFirstPieceOfWorkBack() {
    assertEquals(0, budget.notBeforeNs());
  }

  /** 50 ms went by, of which others had the processor for 48. */
  @Test
  void onlyOurOwnProcessorTimeCounts() {
    budget.begin();
    boottimeNs += 50 * MS;
    processorTimeNs += 2 * MS;
    budget.end();
    assertEquals(2 * MS, budget.usedNs());
    assertEquals(48 * MS, budget.waitedNs());
    assertEquals(1000 * MS, budget.beganNs());
    assertEquals(1020 * MS, budget.notBeforeNs());
  }
}
