package kifs.notifier.history;

import java.util.List;

/**
 * The samples that are kept of one entity. Immutable.
 *
 * @param metrics what the columns are
 * @param rows oldest first
 * @param usual for each metric the range that is usual now
 */
public record KeptSamples(List<HistoryMetric> metrics, List<Row> rows, List<Range> usual) {
  /**
   * A sample, or the mean of several.
   *
   * @param endNs boot time at which it ends
   * @param lengthNs the time that it is about
   * @param values by metric, in the metric's unit; NaN: not known
   */
  public record Row(long endNs, long lengthNs, double[] values) {}

  /**
   * What is usual for a metric, in its unit.
   *
   * @param score how far the present is from that, in spreads
   * @param isKnown whether enough samples were learned
   */
  public record Range(double low, double high, double score, boolean isKnown) {}
}
