/** A detector of one series. It alarms while its score is at least {@link #LIMIT}. */
interface Rule {
  double LIMIT = 6;

  double score(long timeNs, double value);

  /** Makes a rule for a series with this floor. */
  interface Maker {
    Rule make(double floor);
  }
}
