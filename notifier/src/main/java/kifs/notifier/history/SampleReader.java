package kifs.notifier.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Reads what is kept of one entity. Guarded by the lock of the {@link History}. */
final class SampleReader {
  private final EntityTable table;
  private final SeriesPool pool;
  private final int row;

  /** How many samples of the entity can be compared with the one before. */
  private final int known;

  private final List<HistoryMetric> metrics;

  /** The indexes of the metrics among all of the kind. */
  private final int[] indexes;

  /**
   * @param metrics those that the reader may see
   */
  SampleReader(KindHistory of, SeriesPool pool, int row, List<HistoryMetric> metrics) {
    this.table = of.table();
    this.pool = pool;
    this.row = row;
    known = of.samples(row) - 1;
    this.metrics = metrics;
    indexes = metrics.stream().mapToInt(table.metrics()::indexOf).toArray();
  }

  KeptSamples read() {
    List<KeptSamples.Row> newestFirst = new ArrayList<>();
    long beganNs = Long.MAX_VALUE;
    for (Rings.Step step : Rings.Step.values()) {
      beganNs = add(step, beganNs, newestFirst);
    }
    Collections.reverse(newestFirst);
    return new KeptSamples(metrics, newestFirst, ranges());
  }

  /**
   * Adds the values of one resolution that end before the finer ones begin.
   *
   * @return the time at which the oldest of them begins
   */
  private long add(Rings.Step step, long untilNs, List<KeptSamples.Row> newestFirst) {
    Rings rings = pool.rings();
    long beganNs = untilNs;
    for (int back = 0; back < rings.count(step); back++) {
      long endNs = rings.endNs(step, back);
      if (endNs < table.bornNs(row) || step == Rings.Step.SAMPLE && back >= known) {
        break;
      }
      // A mean that overlaps finer values stands for the part before them.
      long beginNs = endNs - rings.lengthNs(step, back);
      if (beginNs < beganNs - rings.intervalNs() / 2) {
        long shownEndNs = Math.min(endNs, beganNs);
        newestFirst.add(new KeptSamples.Row(shownEndNs, shownEndNs - beginNs, values(step, back)));
        beganNs = beginNs;
      }
    }
    return beganNs;
  }

  private double[] values(Rings.Step step, int back) {
    double[] values = new double[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      int series = table.series(row, indexes[i]);
      values[i] =
          series == SeriesPool.NONE
              ? table.constant(row, indexes[i])
              : pool.rings().value(series, step, back) * metrics.get(i).floor();
    }
    return values;
  }

  private List<KeptSamples.Range> ranges() {
    List<KeptSamples.Range> ranges = new ArrayList<>();
    for (int i = 0; i < indexes.length; i++) {
      int series = table.series(row, indexes[i]);
      ranges.add(
          series == SeriesPool.NONE
              ? new KeptSamples.Range(0, 0, 0, false)
              : pool.range(series, metrics.get(i).floor()));
    }
    return ranges;
  }
}
