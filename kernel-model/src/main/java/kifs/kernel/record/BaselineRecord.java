package kifs.kernel.record;

/**
 * BASELINE and THREAD_BASELINE: what is usual for a process or a thread, and how far the present is
 * from it. There is one for each entity of which the daemon keeps a history. Figures that everybody
 * may know and figures that are guarded have a score of their own, so that a client who may not see
 * the guarded ones still gets the others.
 *
 * <p>The two types have the same fields. {@link #PROCESS} and {@link #THREAD} hold the fields of
 * each.
 */
public final class BaselineRecord {
  private static final String OPEN_SOURCE =
      "kifs itself, from /proc/[pid]/stat, /proc/[pid]/statm and /proc/[pid]/schedstat";
  private static final String GUARDED_SOURCE = "kifs itself, from /proc/[pid]/io";

  /** BASELINE, one per process, in pid order. */
  public static final BaselineRecord PROCESS =
      new BaselineRecord(
          28,
          "BASELINE",
          "one per process of which there is a history, in pid order: what is usual for it");

  /** THREAD_BASELINE, one per thread, in (pid, tid) order. */
  public static final BaselineRecord THREAD =
      new BaselineRecord(
          29,
          "THREAD_BASELINE",
          "one per thread of which there is a history, in (pid, tid) order: what is usual for it");

  /**
   * The fields about the worst of several metrics. Immutable.
   *
   * @param score how many spreads the present is from what is usual
   * @param metric which metric that is
   * @param now its present value
   * @param low the least value that is usual
   * @param high the greatest one
   * @param samples how many samples of the metric were learned
   */
  public record Worst(Field score, Field metric, Field now, Field low, Field high, Field samples) {
    /** The mask of all these fields. */
    public long mask() {
      return Field.mask(score, metric, now, low, high, samples);
    }
  }

  private final Field pid;
  private final Field tid;
  private final Field start;
  private final Worst open;
  private final Worst guarded;
  private final RecordType type;

  private BaselineRecord(int tag, String name, String doc) {
    Layout layout = new Layout(tag, name, doc);
    pid = layout.s32("pid", "", "process id", "the directory's name in /proc");
    tid = layout.s32("tid", "", "thread id; 0 in BASELINE", "name in /proc/[pid]/task");
    layout.absent();
    start =
        layout.u64(
            "start_ns",
            "ns",
            "boot time at which the process or thread started",
            "/proc/[pid]/stat field 22");
    open = worst(layout, "", OPEN_SOURCE, "the metrics that everybody may know");
    guarded = worst(layout, "io_", GUARDED_SOURCE, "the metrics of io");
    type = layout.fixed();
  }

  private static Worst worst(Layout layout, String prefix, String source, String which) {
    return new Worst(
        layout.f64(
            prefix + "score",
            "",
            "how many spreads the present is from what is usual: the worst of "
                + which
                + "; from 6 on it is unusual",
            source),
        layout.chars(prefix + "metric", 24, "the name of the metric with that score", source),
        layout.f64(
            prefix + "now",
            "",
            "its present value, averaged over the time in which it is unusual; in the metric's"
                + " unit, which schema/metrics lists",
            source),
        layout.f64(prefix + "usual_low", "", "the least value that is usual", source),
        layout.f64(prefix + "usual_high", "", "the greatest value that is usual", source),
        layout.u64(
            prefix + "samples",
            "",
            "number of samples that the metric's usual range was learned from, at most about"
                + " 60,000",
            source));
  }

  /** Whether records of that type say what is usual. Only the daemon's history provides them. */
  public static boolean isBaseline(RecordType type) {
    return type == PROCESS.type || type == THREAD.type;
  }

  public Field pid() {
    return pid;
  }

  public Field tid() {
    return tid;
  }

  public Field start() {
    return start;
  }

  /** The worst of the metrics that everybody may know. */
  public Worst open() {
    return open;
  }

  /** The worst of the metrics that only those who may see the process may know. */
  public Worst guarded() {
    return guarded;
  }

  public RecordType type() {
    return type;
  }
}
