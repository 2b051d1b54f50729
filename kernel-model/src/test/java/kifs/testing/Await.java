package kifs.testing;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Waits for a condition by checking it every few milliseconds. Tests use this and not a sleep of a
 * fixed time. Stateless.
 */
public final class Await {
  /** The maximum time that {@link #until} waits. */
  public static final Duration LIMIT = Duration.ofSeconds(30);

  private static final long CHECK_EVERY_MS = 10;

  private Await() {}

  /**
   * Waits until the condition holds. Fails after {@link #LIMIT}.
   *
   * @param what returns the failure's message; called only when the time is over
   */
  public static void until(Supplier<String> what, BooleanSupplier condition) {
    if (!holds(LIMIT, condition)) {
      fail("not within " + LIMIT + ": " + what.get());
    }
  }

  /** Waits until the condition holds. Fails after {@link #LIMIT}. */
  public static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  /** Waits until the condition holds or the time is over; returns whether the condition held. */
  public static boolean holds(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(CHECK_EVERY_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
