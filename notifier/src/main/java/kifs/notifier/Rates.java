package kifs.notifier;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The windows of one rate over one length, one per subject. Conditions that share both share these,
 * and a subject's counter is entered once per look. Guarded by the notifier's lock.
 */
final class Rates {
  private static final class Entry {
    private Subject subject;
    private RateWindow window;
    private long lookNs = Long.MIN_VALUE;
    private double recent;
  }

  private final long windowNs;
  private final Map<Long, Entry> entries = new HashMap<>();

  Rates(long windowNs) {
    this.windowNs = windowNs;
  }

  /**
   * What a look found, all per second.
   *
   * @param atLeast as in {@link RateWindow#atLeast}
   * @param atMost as in {@link RateWindow#atMost}
   * @param whole whether the whole window is known
   * @param recent since the look before; NaN at the first look at a subject
   */
  record Rate(double value, double atLeast, double atMost, boolean whole, double recent) {

    /** As far as it is sure enough to be beyond a level, or else as it most likely is. */
    double to(Predicate predicate) {
      if (!predicate.isLevel()) {
        return value;
      }
      return predicate.isUpward() ? atLeast : atMost;
    }
  }

  Rate look(Subject subject, double counter, long nowNs) {
    Entry entry = entries.computeIfAbsent(subject.key(), key -> new Entry());
    if (entry.subject == null || !entry.subject.isSameAs(subject)) {
      entry.window = new RateWindow(windowNs);
    }
    entry.subject = subject;
    if (entry.lookNs != nowNs) {
      entry.lookNs = nowNs;
      entry.recent = entry.window.recent(nowNs, counter);
      entry.window.add(nowNs, counter, subject.bornNs());
    }
    RateWindow window = entry.window;
    return new Rate(
        window.rate(), window.atLeast(), window.atMost(), window.isWhole(), entry.recent);
  }

  /** The rate since the last look at the subject; NaN: there was none. */
  double recent(Subject subject, double counter, long nowNs) {
    Entry entry = entries.get(subject.key());
    return entry == null || !entry.subject.isSameAs(subject)
        ? Double.NaN
        : entry.window.recent(nowNs, counter);
  }

  /** Forgets everybody else. */
  void retain(Set<Long> present) {
    entries.keySet().retainAll(present);
  }
}
