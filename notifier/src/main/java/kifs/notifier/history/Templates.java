package kifs.notifier.history;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is usual for the processes, or the threads, of one program and user: the entities that have
 * ended are added up, and new ones begin with the result. The programs that ended longest ago are
 * forgotten. Not thread-safe.
 */
final class Templates {
  /** Programs of which something is remembered. */
  private static final int MAX = 256;

  private final SeriesPool pool;
  private final int width;
  private final Map<String, int[]> seriesByKey = new LinkedHashMap<>(16, 0.75f, true);

  /**
   * @param width the number of metrics
   */
  Templates(SeriesPool pool, int width) {
    this.pool = pool;
    this.width = width;
  }

  /** The series that new entities of that program begin with; {@link SeriesPool#NONE}: none. */
  int find(@Nullable String key, int metric) {
    int[] series = key == null ? null : seriesByKey.get(key);
    return series == null ? SeriesPool.NONE : series[metric];
  }

  /** Adds what the series of an entity that ended has learned. */
  void absorb(String key, int metric, int series) {
    int[] all = seriesByKey.computeIfAbsent(key, k -> none());
    if (all[metric] == SeriesPool.NONE) {
      all[metric] = pool.acquire();
    }
    if (all[metric] != SeriesPool.NONE) {
      pool.absorb(all[metric], series);
    }
    forgetOldest();
  }

  private int[] none() {
    int[] none = new int[width];
    Arrays.fill(none, SeriesPool.NONE);
    return none;
  }

  private void forgetOldest() {
    if (seriesByKey.size() > MAX) {
      var oldest = seriesByKey.entrySet().iterator();
      for (int series : oldest.next().getValue()) {
        if (series != SeriesPool.NONE) {
          pool.release(series);
        }
      }
      oldest.remove();
    }
  }
}
