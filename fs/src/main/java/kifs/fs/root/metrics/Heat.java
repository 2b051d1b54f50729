package kifs.fs.root.metrics;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ranks things by the CPU time that they have used of late, so that a choice of the biggest users
 * changes slowly. Time that was used counts half after {@link #HALF_LIFE_NS}. Some bytes are kept
 * for each thing from one call to the next. Not thread-safe.
 *
 * @param <K> identifies a thing
 */
final class Heat<K> {
  static final long HALF_LIFE_NS = 600_000_000_000L;

  private Map<K, Used> last = new HashMap<>();
  private long lastNs;

  /**
   * What the last call found of a thing.
   *
   * @param totalNs CPU time since the thing began
   * @param recentNs the same, of late
   */
  private record Used(long totalNs, double recentNs) {}

  /**
   * Returns the CPU time of late of each thing.
   *
   * @param totals the CPU time of each since it began, ns. A thing that isn't in it is forgotten
   * @param nowNs boot time, ns
   */
  Map<K, Double> update(Map<K, Long> totals, long nowNs) {
    double kept = Math.pow(0.5, (double) (nowNs - lastNs) / HALF_LIFE_NS);
    boolean isFirst = lastNs == 0;
    Map<K, Used> next = new HashMap<>();
    Map<K, Double> recent = new HashMap<>();
    totals.forEach(
        (key, total) -> {
          double recentNs =
              isFirst
                  ? total * Math.min(1, (double) HALF_LIFE_NS / Math.max(1, nowNs))
                  : since(last.get(key), total, kept);
          next.put(key, new Used(total, recentNs));
          recent.put(key, recentNs);
        });
    last = next;
    lastNs = nowNs;
    return recent;
  }

  private static double since(@Nullable Used used, long total, double kept) {
    return used == null ? total : used.recentNs * kept + Math.max(0, total - used.totalNs);
  }

  /** The keys with the greatest values. */
  static <K, V extends Comparable<V>> List<K> biggest(Map<K, V> values, int top) {
    return values.entrySet().stream()
        .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
        .limit(top)
        .map(Map.Entry::getKey)
        .toList();
  }
}
