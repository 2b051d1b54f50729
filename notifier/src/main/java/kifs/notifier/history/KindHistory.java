package kifs.notifier.history;

import java.util.Arrays;
import java.util.List;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.notifier.entity.EntityKind;
import org.jspecify.annotations.Nullable;

/**
 * The history of all entities of one kind. It compares each pass with the one before, and gives the
 * values to the detector. Not thread-safe.
 */
final class KindHistory implements EntityTable.Listener {
  /** The index of the CPU time among the metrics. */
  static final int CPU = 0;

  private static final double NS_PER_S = 1e9;

  /**
   * From this many samples on, an entity that did nothing is known by its own history, and not by
   * that of its program.
   */
  private static final int OWN_HISTORY = 1600;

  /**
   * What is common to all entities of a sample.
   *
   * @param number of the sample, from 1 on
   * @param nowNs boot time at which the pass began
   * @param lastNs boot time at which the pass before began; negative: there was none
   * @param isComparable whether counters can be compared with those of the pass before
   */
  record Sample(int number, long nowNs, long lastNs, boolean isComparable) {
    double seconds() {
      return (nowNs - lastNs) / NS_PER_S;
    }
  }

  /** Finds the program and user of an entity, which need not exist any more. */
  interface Programs {
    /**
     * Finds a text that is equal for entities of the same program and user; null: not now.
     *
     * @param tid 0 for a process
     */
    @Nullable String find(int pid, int tid);
  }

  private final SeriesPool pool;
  private final EntityTable table;
  private final List<HistoryMetric> metrics;
  private final Templates templates;
  private final Programs programs;
  private final boolean isOfThreads;

  /**
   * By row: the number of the last sample at which an entity is as old as the oldest one that its
   * template knows; 0: it has none. What is usual in the first minutes need not be so later.
   */
  private int[] templateUntil = {};

  /** By row: a hash of the name, which changes when a process executes another program. */
  private int[] names = {};

  private Sample sample = new Sample(0, 0, -1, false);

  KindHistory(EntityKind kind, int maxEntities, SeriesPool pool, Programs programs) {
    this.pool = pool;
    this.programs = programs;
    table = new EntityTable(kind, maxEntities);
    metrics = table.metrics();
    templates = new Templates(pool, metrics.size());
    isOfThreads = kind == EntityKind.THREAD;
  }

  EntityTable table() {
    return table;
  }

  /** Takes the records of a pass. */
  void take(Sample next, BulkBuilder records) {
    sample = next;
    table.begin();
    records.forEach(table.kind().type(), record -> table.visit(record, this));
    table.finish(this);
  }

  @Override
  public void found(int row, Record record, boolean isNew) {
    if (isNew) {
      begin(row, record);
    } else if (!isOfThreads) {
      followExec(row, record);
    }
    HistoryMetric cpu = metrics.get(CPU);
    double used = cpu.read(record, sample.nowNs());
    if (isOfThreads && used == table.reading(row, CPU) && !table.hasSeries(row)) {
      // A thread that has not run has done nothing else either.
      table.setCpu(row, 0);
      return;
    }
    if (row < templateUntil.length && sample.number() == templateUntil[row]) {
      relearn(row);
    }
    double open = 0;
    double guarded = 0;
    for (int i = 0; i < metrics.size(); i++) {
      HistoryMetric metric = metrics.get(i);
      double reading = i == CPU ? used : metric.read(record, sample.nowNs());
      double score = measure(row, i, reading, isNew);
      if (metric.isOpen()) {
        open = Math.max(open, score);
      } else {
        guarded = Math.max(guarded, score);
      }
    }
    table.setScores(row, open, guarded);
  }

  private void begin(int row, Record record) {
    table.setFirstSample(row, sample.number());
    if (row < templateUntil.length) {
      templateUntil[row] = 0;
    }
    if (!isOfThreads) {
      noteName(row, nameOf(record));
    }
  }

  /** Takes the value of one metric, and returns its score. */
  private double measure(int row, int index, double reading, boolean isNew) {
    HistoryMetric metric = metrics.get(index);
    double before = table.reading(row, index);
    double value = metric.isRate() ? rate(metric, before, reading) : reading;
    if (index == CPU) {
      table.setCpu(row, isNew ? cpuSinceBirth(row, reading) : value);
    }
    int series = table.series(row, index);
    if (series == SeriesPool.NONE) {
      double base = table.constant(row, index);
      // The first sample begins no series, so that processes which end soon cost nothing.
      boolean isConstant = !(Math.abs(value - base) >= metric.leastChange());
      if (metric.isRate() || Double.isNaN(before)) {
        table.setReading(row, index, reading);
      }
      if (isNew || isConstant) {
        return 0;
      }
      series = beginSeries(row, index, base / metric.floor());
      if (series == SeriesPool.NONE) {
        return 0;
      }
    }
    table.setReading(row, index, reading);
    if (Double.isNaN(value)) {
      pool.skip(series);
    } else {
      pool.put(series, value, metric.floor());
    }
    return score(row, series);
  }

  /**
   * The score of a series. That an entity does less than others of its program is not unusual; only
   * its own history can show that.
   */
  private double score(int row, int series) {
    return samples(row) < OWN_HISTORY && pool.isBelow(series) ? 0 : pool.score(series);
  }

  private double rate(HistoryMetric metric, double before, double after) {
    return sample.isComparable() ? metric.rate(before, after, sample.seconds()) : Double.NaN;
  }

  /** The CPU usage of an entity that began after the last pass; NaN: it began earlier. */
  private double cpuSinceBirth(int row, double used) {
    long ageNs = sample.nowNs() - table.bornNs(row);
    boolean isYoung = sample.lastNs() >= 0 && table.bornNs(row) >= sample.lastNs() && ageNs > 0;
    return isYoung ? metrics.get(CPU).rate(0, used, ageNs / NS_PER_S) : Double.NaN;
  }

  /**
   * Begins a series, because a metric has changed for the first time.
   *
   * @param before the value that it has had until now, in floors
   */
  private int beginSeries(int row, int index, double before) {
    // The first sample of an entity shows no rate.
    int samples = Math.max(0, sample.number() - table.firstSample(row) - 1);
    int template = samples >= OWN_HISTORY ? SeriesPool.NONE : templates.find(program(row), index);
    int series;
    if (template == SeriesPool.NONE) {
      series = pool.acquireConstant(samples, before);
    } else {
      series = pool.acquireFrom(template, before);
      noteTemplate(row);
    }
    table.setSeries(row, index, series);
    return series;
  }

  private void noteTemplate(int row) {
    int longest = templates.longest(table.program(row));
    if (row >= templateUntil.length) {
      templateUntil = Arrays.copyOf(templateUntil, Math.max(row + 1, templateUntil.length * 2));
    }
    templateUntil[row] = longest < OWN_HISTORY ? table.firstSample(row) + longest + 1 : 0;
  }

  /** Forgets what was usual for the program: no other process of it has lived as long. */
  private void relearn(int row) {
    for (int i = 0; i < metrics.size(); i++) {
      int series = table.series(row, i);
      if (series != SeriesPool.NONE) {
        pool.relearn(series);
      }
    }
  }

  /** The program of an entity, which is found out when it is first needed. */
  private @Nullable String program(int row) {
    String program = table.program(row);
    if (program == null) {
      program = programs.find(table.pid(row), table.tid(row));
      table.setProgram(row, program);
    }
    return program;
  }

  /** The program of a process, for its threads; null: not known. */
  @Nullable String programOf(int pid) {
    int row = table.find(pid, 0);
    return row == EntityTable.NONE ? null : program(row);
  }

  private static int nameOf(Record process) {
    int at = process.offset() + ProcessRecord.COMM.offset();
    return Long.hashCode(
        process.buffer().getLong(at) * 31 + process.buffer().getLong(at + Long.BYTES));
  }

  private void noteName(int row, int name) {
    if (row >= names.length) {
      names = Arrays.copyOf(names, Math.max(row + 1, names.length * 2));
    }
    names[row] = name;
  }

  /** A process that executes another program begins anew. */
  private void followExec(int row, Record record) {
    int name = nameOf(record);
    if (names[row] == name) {
      return;
    }
    names[row] = name;
    String before = table.program(row);
    String now = programs.find(table.pid(row), 0);
    if (before != null && now != null && !before.equals(now)) {
      endSeries(row);
      table.setFirstSample(row, sample.number());
      table.setProgram(row, now);
    }
  }

  @Override
  public void ended(int row) {
    endSeries(row);
  }

  /** Hands on what was learned of an entity, and frees its series. */
  private void endSeries(int row) {
    String program = table.program(row);
    for (int i = 0; i < metrics.size(); i++) {
      int series = table.series(row, i);
      if (series != SeriesPool.NONE) {
        if (program != null) {
          templates.absorb(program, i, series, samples(row));
        }
        pool.release(series);
        table.setSeries(row, i, SeriesPool.NONE);
      }
    }
    table.setScores(row, 0, 0);
  }

  /**
   * The worst metric of an entity.
   *
   * @param guarded whether the guarded metrics are meant, and not the others
   * @return null: none of them has a score above 0
   */
  @Nullable Oddity worst(int row, boolean guarded) {
    Oddity worst = null;
    for (int i = 0; i < metrics.size(); i++) {
      HistoryMetric metric = metrics.get(i);
      int series = table.series(row, i);
      if (series != SeriesPool.NONE && metric.isOpen() != guarded) {
        double score = score(row, series);
        if (score > 0 && (worst == null || score > worst.explanation().score())) {
          worst =
              new Oddity(
                  metric.metric(), pool.explain(series, metric.floor()), pool.samples(series));
        }
      }
    }
    return worst;
  }

  /** The value of a metric at the last sample; NaN: it is not known. */
  double last(int row, String name) {
    for (int i = 0; i < metrics.size(); i++) {
      if (metrics.get(i).metric().name().equals(name)) {
        int series = table.series(row, i);
        return series == SeriesPool.NONE ? table.constant(row, i) : pool.last(series);
      }
    }
    return Double.NaN;
  }

  /** How many samples an entity has had. */
  int samples(int row) {
    return sample.number() - table.firstSample(row) + 1;
  }
}
