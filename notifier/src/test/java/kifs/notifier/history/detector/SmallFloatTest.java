package kifs.notifier.history.detector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** The 16-bit numbers of the detector's state. */
class SmallFloatTest {
  @Property
  void keepsAMagnitudeWithinAFifthOfAPercent(
      @ForAll @IntRange(min = -19, max = 36) int exponent, @ForAll @IntRange(max = 99) int part) {
    double value = Math.scalb(1 + part / 100.0, exponent);
    assertEquals(value, SmallFloat.decode(SmallFloat.encode(value)), value * 0.002);
    assertEquals(-value, SmallFloat.decode(SmallFloat.encode(-value)), value * 0.002);
  }

  @Test
  void hasAMaximumAndAZero() {
    assertEquals(0, SmallFloat.decode(SmallFloat.encode(0)), 1e-7);
    assertEquals(0, SmallFloat.decode(SmallFloat.encode(1e-9)), 1e-7);
    assertTrue(SmallFloat.decode(SmallFloat.encode(1e30)) > 1e12);
    assertTrue(SmallFloat.decode(SmallFloat.encode(-1e30)) < -1e12);
  }

  @Test
  void roundsAtRandomToTheRightMean() {
    Random random = new Random(1);
    double value = 1.0007;
    double sum = 0;
    for (int i = 0; i < 100_000; i++) {
      sum += SmallFloat.decode(SmallFloat.encode(value, random.nextInt()));
    }
    assertEquals(value, sum / 100_000, 2e-5);
  }
}
