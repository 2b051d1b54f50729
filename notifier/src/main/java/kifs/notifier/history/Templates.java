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
  private final Map<String, Template> byProgram = new LinkedHashMap<>(16, 0.75f, true);

  /** What is known of one program and user. */
  private static final class Template {
    private final int[] series;

    /** How many samples the longest-lived entity had. */
    private int longest;

    Template(int width) {
      series = new int[width];
      Arrays.fill(series, SeriesPool.NONE);
    }
  }

  /**
   * @param width the number of metrics
   */
  Templates(SeriesPool pool, int width) {
    this.pool = pool;
    this.width = width;
  }

  /** The series that new entities of that program begin with; {@link SeriesPool#NONE}: none. */
  int find(@Nullable String program, int metric) {
    Template template = program == null ? null : byProgram.get(program);
    return template == null ? SeriesPool.NONE : template.series[metric];
  }

  /** The number of samples of the longest-lived entity of that program; 0: there was none. */
  int longest(@Nullable String program) {
    Template template = program == null ? null : byProgram.get(program);
    return template == null ? 0 : template.longest;
  }

  /**
   * Adds what the series of an entity that ended has learned.
   *
   * @param samples the number of samples of the entity
   */
  void absorb(String program, int metric, int series, int samples) {
    Template template = byProgram.computeIfAbsent(program, p -> new Template(width));
    template.longest = Math.max(template.longest, samples);
    if (template.series[metric] == SeriesPool.NONE) {
      template.series[metric] = pool.acquire();
    }
    if (template.series[metric] != SeriesPool.NONE) {
      pool.absorb(template.series[metric], series);
    }
    forgetOldest();
  }

  private void forgetOldest() {
    if (byProgram.size() > MAX) {
      var oldest = byProgram.values().iterator();
      for (int series : oldest.next().series) {
        if (series != SeriesPool.NONE) {
          pool.release(series);
        }
      }
      oldest.remove();
    }
  }
}
