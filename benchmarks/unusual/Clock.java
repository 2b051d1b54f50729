import java.util.Random;

/**
 * The times at which a series is sampled: once a second and a few milliseconds around it; sometimes
 * late, in some series with a suspended host or a clock that is set.
 */
final class Clock {
  private static final long SECOND = 1_000_000_000L;

  private final Random random;

  Clock(Random random) {
    this.random = random;
  }

  long[] times(int length) {
    int suspend = random.nextInt(5) == 0 ? random.nextInt(length) : -1;
    int step = random.nextInt(20) == 0 ? random.nextInt(length) : -1;
    long[] times = new long[length];
    long planned = 1_700_000_000L * SECOND;
    for (int i = 0; i < length; i++) {
      planned += SECOND;
      if (i == suspend) {
        planned += 30 * SECOND;
      }
      if (i == step) {
        planned += (random.nextBoolean() ? 3_600 : -10) * SECOND;
      }
      long late = random.nextInt(200) == 0 ? (long) (random.nextDouble() * 0.9 * SECOND) : 0;
      times[i] = planned + late + (long) (random.nextDouble() * 5e6);
    }
    return times;
  }
}
