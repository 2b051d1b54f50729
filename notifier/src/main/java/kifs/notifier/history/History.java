package kifs.notifier.history;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.metric.RecentRate;
import kifs.notifier.pace.TimeBudget;
import org.jspecify.annotations.Nullable;

/**
 * The history of all processes and threads of a kernel. One thread takes the samples ({@link
 * #isDue}, {@link #take}, {@link #sample}); any thread may read. Thread-safe: the history's monitor
 * guards all state. Under it the source is called, for single processes only.
 */
public final class History {
  /** The records that a pass for the history must have. */
  public static final List<RecordType> TYPES = List.of(ProcessRecord.TYPE, ThreadRecord.TYPE);

  /** A sample takes at most one of so many parts of a CPU, which is 4 %. */
  private static final long SHARE = 25;

  private static final long DEFAULT_INTERVAL_NS = 1_000_000_000;

  /** Series take at most one of so many parts of the Java heap, and entities another one. */
  private static final long HEAP_SHARE = 8;

  /** About what an entity takes without series, bytes. */
  private static final long ENTITY_BYTES = 128;

  /** An entity of the history, which may have ended since. */
  private record Place(KindHistory of, int row) {}

  /**
   * An entity that is unusual. Immutable.
   *
   * @param tid 0: a process
   */
  public record Unusual(int pid, int tid, Oddity oddity) {}

  /** An entity that is unusual by some of its metrics. */
  private record Candidate(int pid, int tid, @Nullable Oddity open, @Nullable Oddity guarded) {
    /** The worst that a reader may see. */
    Optional<Unusual> of(IntPredicate seesGuarded) {
      boolean isByGuarded =
          guarded != null
              && (open == null || guarded.score() > open.score())
              && seesGuarded.test(pid);
      Oddity worst = isByGuarded ? guarded : open;
      return worst == null ? Optional.empty() : Optional.of(new Unusual(pid, tid, worst));
    }
  }

  private final KernelSource source;
  private final long intervalNs;
  private final TimeBudget budget;
  private final SeriesPool pool;
  private final int maxEntities;
  private final ProgramNames names;
  private final KindHistory processes;
  private final KindHistory threads;
  private final Query query;

  private int samples;
  private long dueNs;
  private long lastNs = -1;
  private long lastIntervalNs;
  private long spentNs;
  private Map<String, String> parts = Map.of();

  /**
   * @param source the kernel
   * @param intervalNs the time between two samples, ns; 0: there is no history
   */
  public History(KernelSource source, long intervalNs) {
    this.source = source;
    this.intervalNs = intervalNs;
    dueNs = intervalNs == 0 ? Long.MAX_VALUE : 0;
    budget = new TimeBudget(source.clock(), SHARE);
    long maxBytes = Runtime.getRuntime().maxMemory() / HEAP_SHARE;
    pool = new SeriesPool(isOn() ? intervalNs : DEFAULT_INTERVAL_NS, maxBytes);
    names = new ProgramNames(source);
    maxEntities = (int) Math.min(maxBytes / 2 / ENTITY_BYTES, 1 << 24);
    processes =
        new KindHistory(EntityKind.PROCESS, maxEntities, pool, (pid, tid) -> names.ofProcess(pid));
    threads = new KindHistory(EntityKind.THREAD, maxEntities, pool, this::programOfThread);
    query =
        Query.of(TYPES)
            .withFields(
                ProcessRecord.TYPE,
                Field.mask(ProcessRecord.PID, ProcessRecord.START, ProcessRecord.COMM)
                    | HistoryMetric.fields(HistoryMetric.OF_PROCESSES))
            .withFields(
                ThreadRecord.TYPE,
                Field.mask(ThreadRecord.PID, ThreadRecord.TID, ThreadRecord.START)
                    | HistoryMetric.fields(HistoryMetric.OF_THREADS));
  }

  /** No history of a kernel. */
  public static History off(KernelSource source) {
    return new History(source, 0);
  }

  private @Nullable String programOfThread(int pid, int tid) {
    String program = processes.programOf(pid);
    return program == null ? null : names.ofThread(pid, tid, program);
  }

  /** Whether there is a history. */
  public boolean isOn() {
    return intervalNs != 0;
  }

  /** The kernel with the records that say what is usual. */
  public KernelSource over() {
    return isOn() ? new HistorySource(source, this) : source;
  }

  /** What a pass must have so that {@link #take} can use it. */
  public Query query() {
    return query;
  }

  /** Boot time at which the next sample is due; {@link Long#MAX_VALUE}: never. */
  public synchronized long dueNs() {
    return dueNs;
  }

  /** Whether a sample is due at that boot time. */
  public synchronized boolean isDue(long boottimeNs) {
    return dueNs <= boottimeNs;
  }

  /**
   * Whether a sample can be taken at that boot time if there is a pass anyway. Passes that others
   * need are used up to half an interval early, so that the history needs few of its own.
   */
  public synchronized boolean mayJoin(long boottimeNs) {
    return isOn() && dueNs <= boottimeNs + intervalNs / 2;
  }

  /** Takes a sample by a pass of its own. The calling thread must be the one that samples. */
  public void sample(ChunkPool chunks) {
    budget.begin();
    try (BulkBuilder records = new BulkBuilder(chunks, TYPES)) {
      long nowNs = source.clock().boottimeNs();
      source.collect(query, records, Cancellation.NEVER);
      evaluate(nowNs, records);
    } finally {
      finish();
    }
  }

  /**
   * Takes a sample from a pass that has at least the records of {@link #query}, and lists every
   * process and thread.
   *
   * @param nowNs boot time at which the pass began
   */
  public void take(long nowNs, BulkBuilder records) {
    budget.begin();
    try {
      evaluate(nowNs, records);
    } finally {
      finish();
    }
  }

  private synchronized void evaluate(long nowNs, BulkBuilder records) {
    // Where the source begins to read in another way, figures may differ by rounding. They are
    // compared again from the next pass on.
    Map<String, String> now = source.parts();
    boolean isSameSource = now.equals(parts);
    parts = now;
    samples++;
    KindHistory.Sample sample =
        new KindHistory.Sample(
            samples, nowNs, lastNs, isSameSource && lastNs >= 0 && nowNs > lastNs);
    names.beginSample();
    pool.beginSample(nowNs);
    processes.take(sample, records);
    threads.take(sample, records);
    pool.finishSample();
    lastIntervalNs = lastNs < 0 ? 0 : nowNs - lastNs;
    lastNs = nowNs;
  }

  private synchronized void finish() {
    budget.end();
    spentNs += budget.usedNs();
    long nextNs = Math.max(dueNs + intervalNs, budget.beganNs() + intervalNs / 2);
    dueNs = Math.max(nextNs, budget.notBeforeNs());
  }

  private @Nullable Place find(int pid, int tid, long bornNs) {
    KindHistory of = tid == 0 ? processes : threads;
    int row = of.table().find(pid, tid);
    return row == EntityTable.NONE || of.table().bornNs(row) != bornNs ? null : new Place(of, row);
  }

  /**
   * The CPU usage of a process or thread between the last two samples.
   *
   * @param tid 0: a process
   * @param bornNs boot time at which it began
   * @return in percent of one CPU; empty: it was not there then
   */
  public synchronized Optional<RecentRate> cpu(int pid, int tid, long bornNs) {
    Place place = find(pid, tid, bornNs);
    float percent = place == null ? Float.NaN : place.of.table().cpu(place.row);
    return Float.isNaN(percent)
        ? Optional.empty()
        : Optional.of(new RecentRate(percent, lastIntervalNs));
  }

  /**
   * The value of a metric of a process at the last sample.
   *
   * @param bornNs boot time at which it began
   * @return in the metric's unit; NaN: it was not sampled
   */
  public synchronized double last(int pid, long bornNs, String metric) {
    Place place = find(pid, 0, bornNs);
    return place == null || lastIntervalNs == 0 ? Double.NaN : place.of.last(place.row, metric);
  }

  /**
   * The metric of a process or thread that is farthest from what is usual.
   *
   * @param tid 0: a process
   * @param guarded whether the guarded metrics are meant, and not the others
   * @return empty: none of them has a score above 0
   */
  public synchronized Optional<Oddity> oddity(int pid, int tid, boolean guarded) {
    KindHistory of = tid == 0 ? processes : threads;
    int row = of.table().find(pid, tid);
    return row == EntityTable.NONE ? Optional.empty() : Optional.ofNullable(of.worst(row, guarded));
  }

  /**
   * The entities of a kind that are farthest from what is usual, worst first.
   *
   * @param leastScore entities with a lower score are left out
   * @param seesGuarded whether the reader may see the guarded metrics of a process
   */
  public List<Unusual> worst(
      EntityKind kind, int max, double leastScore, IntPredicate seesGuarded) {
    // Rights are looked up without the lock.
    return candidates(kind, leastScore).stream()
        .map(each -> each.of(seesGuarded))
        .flatMap(Optional::stream)
        .filter(each -> each.oddity().score() >= leastScore)
        .sorted(Comparator.comparingDouble((Unusual each) -> each.oddity().score()).reversed())
        .limit(max)
        .toList();
  }

  private synchronized List<Candidate> candidates(EntityKind kind, double leastScore) {
    KindHistory of = ofKind(kind);
    EntityTable table = of.table();
    List<Candidate> all = new ArrayList<>();
    for (int place = 0; place < table.count(); place++) {
      int row = table.row(place);
      if (Math.max(table.openScore(row), table.guardedScore(row)) >= leastScore) {
        all.add(
            new Candidate(
                table.pid(row), table.tid(row), of.worst(row, false), of.worst(row, true)));
      }
    }
    return all;
  }

  private KindHistory ofKind(EntityKind kind) {
    return kind == EntityKind.THREAD ? threads : processes;
  }

  /**
   * The samples that are kept of a process or thread.
   *
   * @param tid 0: a process
   * @param bornNs boot time at which it began
   * @param wanted the metrics that the reader may see
   * @return empty: it is not in the history
   */
  public synchronized Optional<KeptSamples> samples(
      int pid, int tid, long bornNs, Predicate<HistoryMetric> wanted) {
    Place place = find(pid, tid, bornNs);
    if (place == null) {
      return Optional.empty();
    }
    EntityTable table = place.of.table();
    List<HistoryMetric> metrics = table.metrics().stream().filter(wanted).toList();
    return Optional.of(new SampleReader(place.of, pool, place.row, metrics).read());
  }

  /**
   * Adds the records that say what is usual, of the entities of a kind.
   *
   * @param admits which processes are meant
   */
  synchronized void collect(EntityKind kind, Query query, IntPredicate admits, BulkBuilder into) {
    new Baselines(ofKind(kind), query, into).addAll(admits);
  }

  /** Adds the records of one process, or of its threads. */
  synchronized void collect(EntityKind kind, int pid, Query query, BulkBuilder into) {
    new Baselines(ofKind(kind), query, into).addOf(pid);
  }

  public synchronized HistoryStatus status() {
    return new HistoryStatus(
        intervalNs,
        lastIntervalNs,
        samples,
        spentNs,
        processes.table().count() + threads.table().count(),
        maxEntities,
        pool.used(),
        pool.max(),
        pool.refused());
  }
}
