package kifs.notifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kifs.kernel.simulated.SimulatedProcess;

/**
 * One process whose figure a test decides, what each look found of it, and the rate over a window
 * that ends with the last look, each time found by going through all looks again.
 *
 * <p>The far end of a window lies between two samples; by docs/notify.md 5.3 growth between them is
 * even. A counter is 0 before it begins, and that counts as a sample if it was at most a fifth of a
 * window before the first one.
 */
final class WindowedLoad {
  /** Something that is counted, or for rss that is so much. */
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

    /** The highest rate, or size. */
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

  private final Rig rig;
  private final Figure figure;
  private final SimulatedProcess process;
  private final long bornNs;
  private final List<Sample> samples = new ArrayList<>();
  private double counted;
  private double perSecond;
  private long sinceNs;

  /** It begins now. */
  WindowedLoad(Rig rig, Figure figure, SimulatedProcess process) {
    this.rig = rig;
    this.figure = figure;
    this.process = process;
    this.bornNs = rig.now();
    this.sinceNs = bornNs;
  }

  SimulatedProcess process() {
    return process;
  }

  /** Counts at another rate from now on, or is of another size. */
  void change(Random random) {
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
  }

  private double now() {
    return counted + perSecond * (rig.now() - sinceNs) / SECOND;
  }

  void sample() {
    samples.add(new Sample(rig.now(), now()));
  }

  /** How far off whole numbers make the rates of so many processes. */
  static double slack(Figure figure, long windowNs, int processes) {
    double each = figure == Figure.CPU ? 1e-6 : 3 * SECOND / windowNs;
    return 1e-6 + each * processes;
  }

  /** NaN: the window reaches back before what is known. */
  double rate(long windowNs) {
    return growth(windowNs, Math::fma);
  }

  /** Whether all that was counted in the window is known. */
  boolean isKnown(long windowNs) {
    return !Double.isNaN(rate(windowNs));
  }

  /** What it is at least, whenever things happened between two looks. */
  double low(long windowNs) {
    if (!isKnown(windowNs)) {
      return perSecond(last().counted - samples.get(0).counted, windowNs);
    }
    return figure.isCounter()
        ? growth(windowNs, (part, grown, before) -> grown + before)
        : rate(windowNs);
  }

  /** What it is at most. */
  double high(long windowNs) {
    if (!isKnown(windowNs)) {
      return Double.POSITIVE_INFINITY;
    }
    return figure.isCounter() ? growth(windowNs, (part, grown, before) -> before) : rate(windowNs);
  }

  /** The figure at the far end of the window. */
  private interface FarEnd {
    /**
     * @param part of the time between the two looks that is before the far end
     * @param grown between the two looks
     * @param before at the earlier one
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
