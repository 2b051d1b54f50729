import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Makes labelled series of 1 Hz as processes have them: six shapes of what is usual, and in some of
 * them faults at known times. The same seed always makes the same series.
 *
 * <p>All sizes, periods and durations are drawn from wide ranges. A fault is as large and as long
 * as such a fault is on a host (a runaway loop takes a whole CPU, a leak grows the process by half
 * or more), but nothing makes sure that it stands out.
 */
final class Generator {
  static final int LENGTH = 10_000;

  /** Faults begin after this many samples, so that a detector can have learned what is usual. */
  static final int QUIET = 3_000;

  private final Random random;

  Generator(long seed) {
    random = new Random(seed);
  }

  Series next(int number) {
    Shape shape = Shape.values()[number % Shape.values().length];
    Metric metric = Metric.values()[random.nextInt(Metric.values().length)];
    if (metric == Metric.MEMORY && (shape == Shape.BURSTY || shape == Shape.ON_OFF)) {
      metric = Metric.FAULTS;
    }
    Usual usual = new Usual(shape, metric, random);
    double[] values = new double[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      values[i] = usual.next();
    }
    List<Series.Label> labels = new ArrayList<>();
    if (random.nextInt(10) < 6) {
      Fault[] possible = Faults.possible(shape, metric, values);
      Fault fault = possible[random.nextInt(possible.length)];
      int from = QUIET + random.nextInt(LENGTH - QUIET - 2_500);
      int to = new Faults(random, usual, values).put(fault, from);
      labels.add(new Series.Label(fault.name(), from, to));
    }
    for (int i = 0; i < LENGTH; i++) {
      values[i] = round(metric, values[i]);
    }
    return new Series(
        shape + "-" + number,
        shape.name(),
        metric.floor,
        new Clock(random).times(LENGTH),
        values,
        labels);
  }

  /** The kernel counts whole faults and switches; CPU time is known to the microsecond. */
  private static double round(Metric metric, double value) {
    double most = Math.max(0, Math.min(metric.most, value));
    return switch (metric) {
      case FAULTS, SWITCHES -> Math.rint(most);
      case CPU -> Math.rint(most * 1e4) / 1e4;
      case IO -> Math.rint(most / 4) * 4;
      case MEMORY -> Math.rint(most * 256) / 256;
    };
  }
}
