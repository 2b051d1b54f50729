package kifs.notifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kifs.kernel.simulated.SimulatedProcess;

/**
 * One process whose figure a test sets, and the samples of it. It computes the rate over a window
 * that ends with the last sample, each time by going through all samples, as an oracle for {@code
 * RateWindow}.
 *
 * <p>The far end of a window lies between two samples; by docs/notify.md 5.3 growth between them is
 * even. A counter is 0 before it begins, and its beginning counts as a sample if it was at most a
 * fifth of a window before the first one.
 */
final class WindowedLoad {
  /**
   * The figure: a counter, or {@code rss}, which is a size. Rates and sizes are random up to a
   * maximum.
   */
  enum Figure {
    CPU("cpu", 100),
    READ("io.read", 1 << 20),
    FAULTS("faults.minor", 5000),
    RSS("rss.rate", 1 << 24);

    private final String metric;
    private final int max;

    Figure(String metric, int max) {
      this.metric = metric;
      this.max = max;
    }

    String metric() {
      return metric;
    }

    /** The highest rate a second, or size in bytes. */
    int max() {
      return max;
    }

    boolean isCounter() {
      return this != RSS;
    }

    static Figure random(Random random) {
      return values()[random.nextInt(values().length)];
    }
  }

  private record Sample(long atNs, double counted) {}

  private static final double SECOND = Rig.SECOND;

  private final RandomHistory history;
  private final Rig rig;
  private final Figure figure;
  private final SimulatedProcess process;
  private final long bornNs;
  private final List<Sample> samples = new ArrayList<>();
  private double counted;
  private double perSecond;
  private long sinceNs;

  /** Creates a load that begins now, at 0. */
  WindowedLoad(RandomHistory history, Figure figure, SimulatedProcess process) {
    this.history = history;
    this.rig = history.rig;
    this.figure = figure;
    this.process = process;
    this.bornNs = rig.now();
    this.sinceNs = bornNs;
  }

  SimulatedProcess process() {
    return process;
  }

  /** Sets another random rate, or size, from now on. */
  void change() {
    Random random = history.random;
    counted = now();
    sinceNs = rig.now();
    int to = random.nextInt(3) * random.nextInt(figure.max + 1) / 2;
    perSecond = figure.isCounter() ? to : 0;
    switch (figure) {
      case CPU -> process.cpu(to);
      case READ -> process.io(to, 0);
      case FAULTS -> process.faults(to, 0);
      case RSS -> {
        process.rss(to);
        counted = to;
      }
    }
    history.note(process.pid() + " has " + figure.metric + " " + to);
  }

  private double now() {
    return counted + perSecond * (rig.now() - sinceNs) / SECOND;
  }

  void sample() {
    samples.add(new Sample(rig.now(), now()));
  }

  /**
   * By how much rates may be off, summed over so many processes, because counters are whole
   * numbers.
   */
  static double slack(Figure figure, long windowNs, int processes) {
    double each = figure == Figure.CPU ? 1e-6 : 3 * SECOND / windowNs;
    return 1e-6 + each * processes;
  }

  /**
   * The rate over the window, per second; NaN if the window reaches back before the first sample.
   */
  double rate(long windowNs) {
    return growth(windowNs, Math::fma);
  }

  /** Whether the rate over the window is known. */
  boolean isKnown(long windowNs) {
    return !Double.isNaN(rate(windowNs));
  }

  /** The least that the rate can be, however the counter grew between two samples. */
  double low(long windowNs) {
    if (!isKnown(windowNs)) {
      return perSecond(last().counted - samples.get(0).counted, windowNs);
    }
    return figure.isCounter()
        ? growth(windowNs, (part, grown, before) -> grown + before)
        : rate(windowNs);
  }

  /** The most that the rate can be, however the counter grew between two samples. */
  double high(long windowNs) {
    if (!isKnown(windowNs)) {
      return Double.POSITIVE_INFINITY;
    }
    return figure.isCounter() ? growth(windowNs, (part, grown, before) -> before) : rate(windowNs);
  }

  /** Estimates the counter at the far end of the window. */
  private interface FarEnd {
    /**
     * @param part the part of the time between the two samples that lies before the far end
     * @param grown growth between the two samples
     * @param before the counter at the earlier sample
     */
    double of(double part, double grown, double before);
  }

  private double growth(long windowNs, FarEnd farEnd) {
    long end = last().atNs;
    long begin = end - windowNs;
    if (begin <= bornNs) {
      return perSecond(last().counted, windowNs);
    }
    List<Sample> known = new ArrayList<>(samples);
    if (known.get(0).atNs - bornNs <= windowNs / 5) {
      known.add(0, new Sample(bornNs, 0));
    }
    for (int i = known.size() - 1; i > 0; i--) {
      Sample before = known.get(i - 1);
      Sample after = known.get(i);
      if (before.atNs <= begin) {
        double part = (double) (begin - before.atNs) / (after.atNs - before.atNs);
        double far = farEnd.of(part, after.counted - before.counted, before.counted);
        return perSecond(last().counted - far, windowNs);
      }
    }
    return Double.NaN;
  }

  private Sample last() {
    return samples.get(samples.size() - 1);
  }

  private static double perSecond(double growth, long windowNs) {
    return growth / windowNs * SECOND;
  }
}
