package kifs.fs.cli.report;

import java.util.Arrays;

/** Values at the moments of a recording; NaN where there is none. Not thread-safe. */
final class Series {
  private double[] values = new double[64];
  private int length;

  /** Sets the value of a moment. Moments between the last one and this have none. */
  void set(int moment, double value) {
    if (moment >= values.length) {
      values = Arrays.copyOf(values, Math.max(moment + 1, 2 * values.length));
    }
    while (length < moment) {
      values[length++] = Double.NaN;
    }
    values[moment] = value;
    length = Math.max(length, moment + 1);
  }

  /** The value of a moment; NaN if there is none. */
  double get(int moment) {
    return moment < length ? values[moment] : Double.NaN;
  }

  /** The greatest value; 0 if there is none. */
  double greatest() {
    double greatest = 0;
    for (int i = 0; i < length; i++) {
      greatest = values[i] > greatest ? values[i] : greatest;
    }
    return greatest;
  }
}
