package kifs.notifier.history.detector;

/**
 * The compressed scale on which extremes are compared: linear for what is less than the floor, and
 * logarithmic above, so that a tail like that of bursts becomes as short as an exponential one.
 * Values are in floors.
 */
final class Scale {
  private Scale() {}

  /** The area hyperbolic sine. */
  static double compress(double value) {
    double magnitude = Math.abs(value);
    double compressed = Math.log(magnitude + Math.sqrt(magnitude * magnitude + 1));
    return value < 0 ? -compressed : compressed;
  }

  static double expand(double compressed) {
    return Math.sinh(compressed);
  }
}
