package kifs.notifier.sampling;

import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kifs.notifier.Rig;
import kifs.notifier.entity.Scopes;
import org.junit.jupiter.api.Test;

/** How an excursion of {@code blocked} decides whether a wait is the one that it saw before. */
class ExcursionTest {
  private static final long BEGAN = 100 * SECOND;

  private final Excursion excursion =
      new Excursion(Rig.condition(Scopes.eachProcess(), "blocked/above/50ms"));

  /** Takes a sample of a wait that began then. */
  private boolean sample(long began, long now) {
    return excursion.step(now, (now - began) / 1e9);
  }

  /**
   * On a virtual machine that gets three quarters of a CPU, {@code sched_clock} loses the other
   * quarter, so the start of one wait seems to move.
   */
  @Test
  void clockThatLosesTimeIsNoOtherWait() {
    assertTrue(sample(BEGAN, BEGAN + 60 * MS));
    for (long since = 100 * MS; since < 60 * SECOND; since += 100 * MS) {
      assertFalse(excursion.isOfAnotherWait(BEGAN + since / 4));
      assertFalse(sample(BEGAN + since / 4, BEGAN + since));
    }
  }

  @Test
  void waitThatBeganAfterTheLastSampleIsAnotherOne() {
    assertTrue(sample(BEGAN, BEGAN + SECOND));
    assertTrue(excursion.isOfAnotherWait(BEGAN + SECOND));
    assertTrue(excursion.isOfAnotherWait(BEGAN + SECOND + MS));
  }
}
