import java.util.List;

/**
 * A labelled series.
 *
 * @param floor the least difference that matters, in the unit of the values; 0 is an unknown one
 * @param timesNs when each value was measured, in nanoseconds
 */
record Series(
    String name, String kind, double floor, long[] timesNs, double[] values, List<Label> labels) {
  /** The samples {@code from} to {@code to} (exclusive) are not as usual. */
  record Label(String fault, int from, int to) {}

  int length() {
    return values.length;
  }
}
