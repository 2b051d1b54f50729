package kifs.fs.node.limits;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Bounds how many refused changes of one user are logged, so that a user can't fill the disk. Root
 * has no bound. Thread-safe: its monitor guards the counts.
 */
final class RefusalLog {
  /** How many lines a user gets in one window. */
  static final int MAX_LINES = 100;

  static final long WINDOW_NS = TimeUnit.SECONDS.toNanos(10);

  private final LongSupplier clock;
  private final Consumer<String> log;
  private final Map<Long, Integer> counts = new TreeMap<>();
  private long beginNs;

  /**
   * @param clock the time, ns
   * @param log logs a line
   */
  RefusalLog(LongSupplier clock, Consumer<String> log) {
    this.clock = clock;
    this.log = log;
    this.beginNs = clock.getAsLong();
  }

  /**
   * Logs a refused change of a user, unless the user has had too many. How many lines were left out
   * is logged with the first refused change after the window.
   */
  synchronized void refused(long uid, String line) {
    long now = clock.getAsLong();
    if (now - beginNs >= WINDOW_NS) {
      counts.forEach(this::summarize);
      counts.clear();
      beginNs = now;
    }
    if (uid == 0 || counts.merge(uid, 1, Integer::sum) <= MAX_LINES) {
      log.accept(line);
    }
  }

  private void summarize(long uid, int count) {
    if (count > MAX_LINES) {
      log.accept("limits: %d more refused changes by uid=%d".formatted(count - MAX_LINES, uid));
    }
  }
}
