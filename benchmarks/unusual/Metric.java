/**
 * What a made series measures: its unit, the floor below which nothing matters, and the most that
 * it can be.
 */
enum Metric {
  CPU("%", 5, 100),
  FAULTS("faults/s", 100, 1e7),
  SWITCHES("switches/s", 500, 1e7),
  IO("KiB/s", 1024, 1e8),
  MEMORY("MiB", 16, 1e6);

  final String unit;
  final double floor;
  final double most;

  Metric(String unit, double floor, double most) {
    this.unit = unit;
    this.floor = floor;
    this.most = most;
  }
}
