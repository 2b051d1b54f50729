package kifs.notifier.history;

import java.util.Arrays;
import java.util.List;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Identity;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one kind that the last pass found, with the last value of each metric. Columns
 * are primitive arrays, and an entity is a row; a thread that does nothing takes about 100 bytes. A
 * pass lists the entities in the order of their ids, so the table is merged with it. Not
 * thread-safe.
 */
final class EntityTable {
  /** No entity. */
  static final int NONE = -1;

  /** What happens to the entities. */
  interface Listener {
    /**
     * The record of an entity.
     *
     * @param isNew whether the entity was not in the last pass, and has just got the row
     */
    void found(int row, Record record, boolean isNew);

    /** The entity of a row was not in the present pass. The row is free afterwards. */
    void ended(int row);
  }

  private final Identity identity;
  private final EntityKind kind;
  private final List<HistoryMetric> metrics;
  private final int width;
  private final int maxRows;

  /** The rows in the order of their entities' ids. */
  private int[] order = {};

  private int count;
  private int[] nextOrder = {};
  private int nextCount;
  private int at;

  private int[] free = {};
  private int freeCount;
  private int capacity;

  private int[] pids = {};
  private int[] tids = {};
  private long[] bornNs = {};
  private int[] firstSamples = {};
  private float[] cpus = {};
  private float[] openScores = {};
  private float[] guardedScores = {};
  private double[] readings = {};
  private int[] series = {};
  private @Nullable String[] programs = {};

  /**
   * @param maxRows the maximum number of entities; further ones are left out
   */
  EntityTable(EntityKind kind, int maxRows) {
    this.kind = kind;
    this.maxRows = maxRows;
    identity = Identity.of(kind.type());
    metrics = HistoryMetric.of(kind);
    width = metrics.size();
  }

  EntityKind kind() {
    return kind;
  }

  List<HistoryMetric> metrics() {
    return metrics;
  }

  /** The number of entities. */
  int count() {
    return count;
  }

  /** The row of the entity at that place in the order of ids. */
  int row(int place) {
    return order[place];
  }

  private void grow() {
    int grown = Math.min(maxRows, Math.max(64, capacity + capacity / 2));
    pids = Arrays.copyOf(pids, grown);
    tids = Arrays.copyOf(tids, grown);
    bornNs = Arrays.copyOf(bornNs, grown);
    firstSamples = Arrays.copyOf(firstSamples, grown);
    cpus = Arrays.copyOf(cpus, grown);
    openScores = Arrays.copyOf(openScores, grown);
    guardedScores = Arrays.copyOf(guardedScores, grown);
    readings = Arrays.copyOf(readings, grown * width);
    series = Arrays.copyOf(series, grown * width);
    programs = Arrays.copyOf(programs, grown);
    order = Arrays.copyOf(order, grown);
    nextOrder = Arrays.copyOf(nextOrder, grown);
    free = Arrays.copyOf(free, grown);
    for (int row = grown - 1; row >= capacity; row--) {
      free[freeCount++] = row;
    }
    capacity = grown;
  }

  /** Begins a pass. */
  void begin() {
    at = 0;
    nextCount = 0;
  }

  /** Takes the next record of the pass. */
  void visit(Record record, Listener listener) {
    int pid = identity.pid(record);
    int tid = kind == EntityKind.THREAD ? (int) record.get(ThreadRecord.TID) : 0;
    long key = key(pid, tid);
    if (nextCount > 0 && key(nextOrder[nextCount - 1]) >= key) {
      // A pass lists every entity once and in order. A record out of order is not merged.
      return;
    }
    while (at < count && key(order[at]) < key) {
      end(order[at++], listener);
    }
    int row = NONE;
    if (at < count && key(order[at]) == key) {
      row = order[at++];
      if (bornNs[row] != identity.bornNs(record)) {
        end(row, listener);
        row = NONE;
      }
    }
    boolean isNew = row == NONE;
    if (isNew) {
      if (freeCount == 0 && capacity == maxRows) {
        return;
      }
      row = begin(pid, tid, identity.bornNs(record));
    }
    nextOrder[nextCount++] = row;
    listener.found(row, record, isNew);
  }

  private int begin(int pid, int tid, long born) {
    if (freeCount == 0) {
      grow();
    }
    int row = free[--freeCount];
    pids[row] = pid;
    tids[row] = tid;
    bornNs[row] = born;
    cpus[row] = Float.NaN;
    openScores[row] = 0;
    guardedScores[row] = 0;
    programs[row] = null;
    Arrays.fill(series, row * width, (row + 1) * width, SeriesPool.NONE);
    Arrays.fill(readings, row * width, (row + 1) * width, Double.NaN);
    return row;
  }

  private void end(int row, Listener listener) {
    listener.ended(row);
    programs[row] = null;
    free[freeCount++] = row;
  }

  /** Ends a pass: entities that it did not list have ended. */
  void finish(Listener listener) {
    while (at < count) {
      end(order[at++], listener);
    }
    int[] before = order;
    order = nextOrder;
    nextOrder = before;
    count = nextCount;
  }

  private static long key(int pid, int tid) {
    return (long) pid << Integer.SIZE | tid;
  }

  private long key(int row) {
    return key(pids[row], tids[row]);
  }

  /**
   * Finds an entity as of the last pass.
   *
   * @param tid 0 for a process
   * @return its row, or {@link #NONE}
   */
  int find(int pid, int tid) {
    int place = place(key(pid, tid));
    return place < count && key(order[place]) == key(pid, tid) ? order[place] : NONE;
  }

  /** The first place in the order at which an entity of that process, or of a later one, is. */
  int firstPlaceOf(int pid) {
    return place(key(pid, 0));
  }

  private int place(long key) {
    int low = 0;
    int high = count;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (key(order[middle]) < key) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  int pid(int row) {
    return pids[row];
  }

  int tid(int row) {
    return tids[row];
  }

  long bornNs(int row) {
    return bornNs[row];
  }

  /** The number of the first sample that found the entity. */
  int firstSample(int row) {
    return firstSamples[row];
  }

  void setFirstSample(int row, int number) {
    firstSamples[row] = number;
  }

  /** CPU time in the last interval, percent of one CPU; NaN: it is not known. */
  float cpu(int row) {
    return cpus[row];
  }

  void setCpu(int row, double percent) {
    cpus[row] = (float) percent;
  }

  /** The worst score of the metrics that everybody may know. */
  float openScore(int row) {
    return openScores[row];
  }

  /** The worst score of the guarded metrics. */
  float guardedScore(int row) {
    return guardedScores[row];
  }

  void setScores(int row, double open, double guarded) {
    openScores[row] = (float) open;
    guardedScores[row] = (float) guarded;
  }

  /** The last reading of a metric's counter or gauge; NaN: there is none. */
  double reading(int row, int metric) {
    return readings[row * width + metric];
  }

  void setReading(int row, int metric, double reading) {
    readings[row * width + metric] = reading;
  }

  /**
   * The value of a metric without a series: a rate has been about 0 so far, and a gauge about what
   * it was when the entity was first seen.
   */
  double constant(int row, int metric) {
    return metrics.get(metric).isRate() ? 0 : reading(row, metric);
  }

  /** The series of a metric; {@link SeriesPool#NONE}: it has always been about 0. */
  int series(int row, int metric) {
    return series[row * width + metric];
  }

  void setSeries(int row, int metric, int index) {
    series[row * width + metric] = index;
  }

  /** Whether any metric has a series. */
  boolean hasSeries(int row) {
    for (int i = row * width; i < (row + 1) * width; i++) {
      if (series[i] != SeriesPool.NONE) {
        return true;
      }
    }
    return false;
  }

  /** The program and user of the entity; null: not known yet. */
  @Nullable String program(int row) {
    return programs[row];
  }

  void setProgram(int row, @Nullable String program) {
    programs[row] = program;
  }
}
