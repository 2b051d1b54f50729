import java.util.Random;

/** Makes the usual values of one series, sample by sample. */
final class Usual {
  final Shape shape;
  final Metric metric;

  /** The typical height of the series, or of its bursts, in the metric's unit. */
  final double level;

  private final Random random;
  private final double noise;
  private final double memory;
  private final double period;
  private final double jitter;
  private final double depth;
  private final int wave;
  private final double driftTime;
  private final double driftSize;
  private final double trend;
  private final double onMean;
  private final double offMean;
  private final double tail;
  private final boolean wideDwell;

  private double correlated;
  private double phase;
  private double speed = 1;
  private double drift;
  private int left;
  private boolean on;
  private double height;
  private int time;

  Usual(Shape shape, Metric metric, Random random) {
    this.shape = shape;
    this.metric = metric;
    this.random = random;
    double most = metric == Metric.CPU ? 8 : 400;
    level =
        metric.floor * logUniform(shape == Shape.ON_OFF || shape == Shape.BURSTY ? 1 : 0.4, most);
    noise = metric == Metric.MEMORY ? logUniform(0.0005, 0.03) : logUniform(0.01, 0.3);
    memory = random.nextBoolean() ? 0 : random.nextDouble() * 0.95;
    period = logUniform(20, 1_200);
    jitter = random.nextBoolean() ? 0 : random.nextDouble() * 0.1;
    depth = 0.2 + 0.75 * random.nextDouble();
    wave = random.nextInt(3);
    driftTime = logUniform(1_000, 8_000);
    driftSize = 0.05 + 0.25 * random.nextDouble();
    trend = (random.nextDouble() - 0.4) * 1e-4;
    onMean = shape == Shape.BURSTY ? logUniform(1, 10) : logUniform(4, 60);
    offMean = shape == Shape.BURSTY ? logUniform(10, 80) : logUniform(4, 80);
    tail = 1.5 + random.nextDouble();
    wideDwell = random.nextBoolean();
    phase = random.nextDouble();
  }

  double next() {
    time++;
    correlated = memory * correlated + Math.sqrt(1 - memory * memory) * random.nextGaussian();
    double noisy = 1 + noise * correlated;
    return switch (shape) {
      case STEADY -> level * noisy;
      case PERIODIC -> level * (1 + depth * waveOf()) * noisy;
      case DRIFTING -> level * drifted() * noisy;
      case BURSTY -> level * 0.1 * noisy + (inBurst() ? height * noisy : 0);
      case IDLE -> blip();
      case ON_OFF -> inBurst() ? level * noisy : 0.01 * level * Math.abs(correlated) * noise;
    };
  }

  /** How long the series does nothing by itself, on average, in samples. */
  double pauses() {
    return shape == Shape.PERIODIC ? period / 10 : interrupted() ? offMean : 0;
  }

  /** How long the series is busy without a pause, on average, in samples. */
  double bursts() {
    return shape == Shape.PERIODIC ? period / 10 : interrupted() ? onMean : 0;
  }

  private boolean interrupted() {
    return shape == Shape.ON_OFF || shape == Shape.BURSTY;
  }

  private double waveOf() {
    phase += speed / period;
    if (phase >= 1) {
      phase -= 1;
      speed = Math.exp(jitter * random.nextGaussian());
    }
    return switch (wave) {
      case 0 -> Math.sin(2 * Math.PI * phase);
      case 1 -> phase < 0.5 ? 1 : -1;
      default -> 2 * phase - 1;
    };
  }

  private double drifted() {
    drift += -drift / driftTime + driftSize * Math.sqrt(2 / driftTime) * random.nextGaussian();
    return Math.exp(drift) * (1 + Math.max(-0.5, trend * time));
  }

  private boolean inBurst() {
    if (left-- <= 0) {
      on = !on;
      left = dwell(on ? onMean : offMean);
      height = level * Math.min(30, Math.pow(1 - random.nextDouble(), -1 / tail));
    }
    return on;
  }

  private int dwell(double mean) {
    double length =
        wideDwell && shape == Shape.ON_OFF
            ? mean * Math.exp(0.7 * random.nextGaussian() - 0.25)
            : -mean * Math.log(1 - random.nextDouble());
    return (int) Math.max(1, Math.rint(length));
  }

  private double blip() {
    if (metric == Metric.MEMORY) {
      return level * 0.2;
    }
    return random.nextInt(100) == 0 ? metric.floor * random.nextDouble() * 1.5 : 0;
  }

  double logUniform(double least, double most) {
    return least * Math.pow(most / least, random.nextDouble());
  }
}
