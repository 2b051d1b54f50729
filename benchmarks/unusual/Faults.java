import java.util.Arrays;
import java.util.EnumSet;
import java.util.Random;

/** Puts faults into the values of a series. */
final class Faults {
  private final Random random;
  private final Usual usual;
  private final double[] values;

  /** What the series rarely exceeds by itself, in the metric's unit. */
  private final double peak;

  /**
   * Between which values the series nearly always is, in the metric's unit; at least four floors.
   */
  private final double range;

  Faults(Random random, Usual usual, double[] values) {
    this.random = random;
    this.usual = usual;
    this.values = values;
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double least = sorted[sorted.length / 1_000];
    peak = Math.max(usual.metric.floor, sorted[sorted.length * 999 / 1_000]);
    range = Math.max(4 * usual.metric.floor, peak - least);
  }

  /**
   * The faults that a series of this shape can have. A program that does so little that it doesn't
   * matter can't be missed when it does nothing.
   *
   * @param values the usual values
   */
  static Fault[] possible(Shape shape, Metric metric, double[] values) {
    double mean = Arrays.stream(values).average().orElse(0);
    EnumSet<Fault> faults =
        switch (metric) {
          case MEMORY -> EnumSet.of(Fault.LEAK, Fault.FORK_BOMB);
          case CPU -> EnumSet.of(Fault.RUNAWAY);
          default -> EnumSet.of(Fault.STORM, Fault.FORK_BOMB, Fault.LEAK);
        };
    if (metric != Metric.MEMORY && mean > 2 * metric.floor) {
      faults.addAll(EnumSet.of(Fault.STALL, Fault.SILENCE));
    }
    if (shape == Shape.IDLE && metric != Metric.MEMORY) {
      faults.remove(Fault.LEAK);
    }
    return faults.toArray(new Fault[0]);
  }

  /** Changes the values from {@code from} on. Returns the first sample after the fault. */
  int put(Fault fault, int from) {
    int to = Math.min(values.length, from + (int) duration(fault));
    double size = size(fault);
    for (int i = from; i < to; i++) {
      int age = i - from;
      values[i] =
          switch (fault) {
            // A leak grows by its size, as a share of the level, until it ends.
            case LEAK -> values[i] + size * age / (to - from);
            case RUNAWAY -> Math.max(values[i], 97 + 3 * random.nextDouble());
            case STORM -> values[i] + size * (0.8 + 0.4 * random.nextDouble());
            // It multiplies until it meets its limit, after three fifths of its time.
            case FORK_BOMB -> {
              double grown = Math.min(1, age / (0.6 * (to - from)));
              yield values[i]
                  + usual.metric.floor
                      * Math.pow(size / usual.metric.floor, grown)
                      * (0.8 + 0.4 * random.nextDouble());
            }
            // A stalled program still wakes up now and then, a silent one does nothing at all.
            case STALL -> random.nextInt(20) == 0 ? 0.02 * usual.level : 0;
            case SILENCE -> 0;
          };
    }
    return to;
  }

  private double duration(Fault fault) {
    // Where the series pauses or peaks by itself, only what lasts far longer is a fault.
    double pauses = usual.pauses();
    return switch (fault) {
      case LEAK -> usual.logUniform(600, 2_400);
      case RUNAWAY -> usual.logUniform(120, 1_500) + 15 * usual.bursts();
      case STALL -> usual.logUniform(120, 1_200) + 20 * pauses;
      case SILENCE -> usual.logUniform(200, 1_500) + 20 * pauses;
      case STORM -> usual.logUniform(20, 200);
      case FORK_BOMB -> usual.logUniform(60, 200);
    };
  }

  private double size(Fault fault) {
    return switch (fault) {
      // Where the level wanders by itself, only a leak that outgrows this is a fault.
      case LEAK -> range * usual.logUniform(2, 8) * (usual.shape == Shape.DRIFTING ? 2.5 : 1);
      case STORM -> peak * usual.logUniform(10, 200);
      case FORK_BOMB -> peak * usual.logUniform(10, 300);
      default -> 0;
    };
  }
}
