package kifs.kernel.procfs.guard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ReadBudgetTest {
  private static final long MS = 1_000_000;

  private final ReadBudget budget = new ReadBudget();

  @Test
  void manyStuckProcessesTogetherCostLittleMoreThanOne() {
    long now = 5_000 * MS;
    long sum = 0;
    for (int i = 0; i < 50; i++) {
      long wait = budget.maxWait(now);
      budget.spend(wait);
      sum += wait;
    }
    assertEquals(20 * MS, new ReadBudget().maxWait(now));
    assertTrue(sum < 52 * MS, () -> "waited too long");
  }

  @Test
  void theBudgetIsWholeAgainAfterASecond() {
    long now = 5_000 * MS;
    budget.maxWait(now);
    budget.spend(100 * MS);
    assertEquals(250_000, budget.maxWait(now));
    assertEquals(10 * MS, budget.maxWait(now + 500 * MS));
    assertEquals(20 * MS, budget.maxWait(now + 1_000 * MS));
    assertEquals(20 * MS, budget.maxWait(now + 100_000 * MS));
  }
}
