package kifs.notifier.history.detector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** What holds for any series. */
class SeriesStorePropertyTest {
  private static final int LENGTH = 4_000;

  @Property(tries = 100)
  void theScoreIsAlwaysInItsRange(@ForAll long seed) {
    Random random = new Random(seed);
    SeriesStore store = new SeriesStore(1, Play.SECOND);
    for (int i = 0; i < LENGTH; i++) {
      double score = store.update(0, random.nextLong(), any(random), 1);
      assertTrue(score >= 0 && score <= SeriesStore.MAX_SCORE, () -> "" + score);
      assertEquals(score, store.score(0), 0.011);
    }
    Explanation why = store.explain(0, 1, 1);
    assertTrue(why.usualLow() <= why.usualHigh(), why::toString);
  }

  @Property(tries = 100)
  void theUnitDoesNotMatter(@ForAll long seed) {
    Random random = new Random(seed);
    double unit = Math.scalb(1.0, random.nextInt(40) - 20);
    SeriesStore store = new SeriesStore(2, Play.SECOND);
    double level = 0;
    for (int i = 0; i < LENGTH; i++) {
      level = random.nextInt(100) == 0 ? 100 * random.nextDouble() : level;
      double value = level + random.nextGaussian();
      long timeNs = i * Play.SECOND;
      assertEquals(store.update(0, timeNs, value, 1), store.update(1, timeNs, value * unit, unit));
    }
  }

  @Property(tries = 100)
  void onlyTheTimeBetweenSamplesMatters(@ForAll long seed) {
    Random random = new Random(seed);
    long offset = (random.nextLong() >> 20) << 20;
    SeriesStore store = new SeriesStore(2, Play.SECOND);
    long timeNs = 0;
    for (int i = 0; i < LENGTH; i++) {
      timeNs += random.nextInt(1_500_000_000);
      double value = (i > 3_000 ? 20 : 0) + random.nextGaussian();
      assertEquals(store.update(0, timeNs, value, 1), store.update(1, timeNs + offset, value, 1));
    }
  }

  private static double any(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> 0;
      case 1 -> Double.NaN;
      case 2 -> Math.scalb(random.nextGaussian(), random.nextInt(200) - 100);
      case 3 -> Double.longBitsToDouble(random.nextLong());
      default -> random.nextGaussian();
    };
  }
}
