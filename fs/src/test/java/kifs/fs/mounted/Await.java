package kifs.fs.mounted;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for a condition by looking again and again, never by sleeping and hoping. */
final class Await {
  static final Duration LONG = Duration.ofSeconds(30);
  private static final long LOOK_EVERY_MS = 10;

  private Await() {}

  static void until(Supplier<String> what, BooleanSupplier condition) {
    if (!holds(LONG, condition)) {
      fail("not within " + LONG + ": " + what.get());
    }
  }

  static void until(String what, BooleanSupplier condition) {
    until(() -> what, condition);
  }

  static boolean holds(Duration limit, BooleanSupplier condition) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      try {
        TimeUnit.MILLISECONDS.sleep(LOOK_EVERY_MS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }
}
