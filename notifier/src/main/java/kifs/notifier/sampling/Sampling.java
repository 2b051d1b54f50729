package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.waiting.Event.Occurrence;
import kifs.notifier.waiting.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * Takes the samples that are due and turns what they find into events. Guarded by the notifier's
 * lock, except for {@link #collect}, which is called without it.
 */
public final class Sampling {
  private final KernelSource source;
  private final ChunkPool pool;
  private final Schedule schedule;
  private final Reporting telling;
  private final Oddities oddities;
  private final int ownPid;

  /**
   * The figure that is being measured. It is one object for all figures, so that samples make no
   * garbage.
   */
  private final Measure measure = new Measure();

  /** The alarms that have fired for the present figure; reused like {@link #measure}. */
  private final List<Alarm> triggered = new ArrayList<>();

  /**
   * @param ownPid as in {@link kifs.notifier.NotifierOptions#ownPid}
   */
  public Sampling(
      KernelSource source,
      ChunkPool pool,
      Schedule schedule,
      Reporting telling,
      Oddities oddities,
      int ownPid) {
    this.source = source;
    this.pool = pool;
    this.schedule = schedule;
    this.telling = telling;
    this.oddities = oddities;
    this.ownPid = ownPid;
  }

  /**
   * Reads what the plans need. The caller closes the findings and holds no lock meanwhile.
   *
   * @param also as in {@link Findings#read}
   */
  public Findings collect(List<SamplePlan> plans, @Nullable Query also) {
    return Findings.read(source, pool, plans, also);
  }

  /**
   * Evaluates the findings of one turn.
   *
   * @param wake waiters that must be woken are added here
   */
  public void evaluate(Findings findings, Collection<Waiter> wake) {
    PresentWaits waits = new PresentWaits(source, pool, findings.nowNs());
    for (SamplePlan plan : findings.plans()) {
      WatchedScope watched = plan.watched();
      if (findings.hasVanished(plan)) {
        telling.reportEnd(watched, -1, wake);
      } else if (!plan.due().isEmpty()) {
        Context context = new Context(watched, findings, waits, wake);
        evaluate(plan, watched.beginSample(plan.due()), context);
      }
      // New waiters are woken too, so that their openers learn that the first sample was
      // taken.
      for (WatchedMetric figure : plan.due()) {
        for (Alarm alarm : figure.alarms()) {
          if (alarm.stage() == Alarm.Stage.PLANNED) {
            wake.addAll(alarm.waiters());
          }
        }
      }
      watched.finishSample(
          plan.due(),
          plan.tracksChanges(),
          findings.isFiltered(plan),
          findings.nowNs(),
          schedule.minTickNs(),
          vanished -> telling.reportVanished(watched, vanished, wake));
    }
    schedule.finish(findings.plans());
  }

  /**
   * What all evaluations of one plan share.
   *
   * @param waits what the threads that are reported wait for
   * @param wake waiters that must be woken are added here
   */
  private record Context(
      WatchedScope watched, Findings findings, PresentWaits waits, Collection<Waiter> wake) {
    long nowNs() {
      return findings.nowNs();
    }
  }

  private void evaluate(SamplePlan plan, List<WatchedMetric> due, Context context) {
    WatchedScope watched = context.watched();
    Record record = context.findings().single(plan);
    if (record == null) {
      new RecordsSample(plan, due, context).evaluate(context.findings().records(plan));
      return;
    }
    watched.setSelf(watched.self().renamed(record));
    for (WatchedMetric figure : due) {
      measure(figure, watched.aggregate(), record, context.findings());
      if (measure.isKnown()) {
        decide(context, figure, watched.aggregate(), measure);
      }
    }
  }

  /** One sample of many records. The records are ordered by process, and then by thread. */
  private final class RecordsSample {
    private final SamplePlan plan;
    private final RecordType type;
    private final List<WatchedMetric> due;
    private final Context context;
    private final WatchedScope watched;
    private final Identity identity;

    /**
     * Whether the sample has records of others besides those of the scope's one entity: a process
     * whose figure counts records of the whole host, or a thread whose process is read. Records of
     * others are then only counted.
     */
    private final boolean selfOnly;

    /** Whether the scope is each process of the host, of which kifs itself is none. */
    private final boolean isOfEachProcess;

    private int pid;
    private @Nullable SeenEntity process;

    RecordsSample(SamplePlan plan, List<WatchedMetric> due, Context context) {
      this.plan = plan;
      this.type = plan.type();
      this.due = due;
      this.context = context;
      this.watched = context.watched();
      this.identity = Identity.of(type);
      this.selfOnly = watched.isHostWide() ? hasProcess(watched) : isOfThread(watched);
      this.isOfEachProcess = watched.scope().isOfEachProcess();
    }

    private static boolean hasProcess(WatchedScope watched) {
      return watched.scope().process().isPresent();
    }

    /** Whether the scope is one thread, so that its process has records of others. */
    private static boolean isOfThread(WatchedScope watched) {
      return watched.scope().kind() == EntityKind.THREAD
          && watched.scope().range() == Scope.Range.ONE;
    }

    void evaluate(BulkBuilder records) {
      for (WatchedMetric figure : due) {
        if (figure.reading().shape() == Reading.Shape.TALLY) {
          figure.setTally(tally(figure, records));
        }
      }
      records.forEach(type, this::visit);
      endProcess();
      for (WatchedMetric figure : due) {
        if (isSum(figure)) {
          decide(context, figure, watched.aggregate(), figure.sum());
        }
      }
    }

    private Map<Long, Integer> tally(WatchedMetric figure, BulkBuilder records) {
      Field by = figure.reading().countedBy().orElseThrow();
      Map<Long, Integer> counts = new HashMap<>();
      records.forEach(type, r -> counts.merge(r.get(by), 1, Integer::sum));
      return counts;
    }

    private boolean isSum(WatchedMetric figure) {
      return watched.scope().range() == Scope.Range.SUM
          || figure.reading().shape() == Reading.Shape.ALL;
    }

    private void visit(Record record) {
      if (selfOnly && identity.key(record) != watched.self().key()
          || isOfEachProcess && identity.pid(record) == ownPid
          || !watched.scope().covers(record)
          || !context.findings().concerns(plan, identity.pid(record))) {
        return;
      }
      if (identity.pid(record) != pid) {
        endProcess();
        pid = identity.pid(record);
      }
      SeenEntity seen = watched.entities().find(identity, record);
      boolean hasThreadFigures = false;
      for (WatchedMetric figure : due) {
        if (figure.metric().nature() == Metric.Nature.EVENT) {
          continue;
        }
        measure(figure, seen, record, context.findings());
        boolean isPerThread = figure.reading().shape() == Reading.Shape.THREADS;
        hasThreadFigures |= isPerThread;
        if (isPerThread || isSum(figure)) {
          figure.sum().add(measure);
        } else if (measure.isKnown()) {
          decide(context, figure, seen, measure);
        }
      }
      if (hasThreadFigures && identity.isMainThread(record)) {
        process = watched.entities().findProcess(identity, record);
      }
    }

    /** Evaluates the sums of the process whose threads have all been visited. */
    private void endProcess() {
      for (WatchedMetric figure : due) {
        if (figure.reading().shape() == Reading.Shape.THREADS && !isSum(figure)) {
          if (process != null) {
            decide(context, figure, process, figure.sum());
          }
          figure.sum().zero();
        }
      }
      process = null;
    }
  }

  /** Fills {@link #measure} with one figure of one entity. */
  private void measure(WatchedMetric figure, SeenEntity seen, Record record, Findings findings) {
    Reading reading = figure.reading();
    long nowNs = findings.nowNs();
    measure.clear();
    double value =
        reading.shape() == Reading.Shape.TALLY
            ? figure.tally(seen.subject().pid())
            : reading.read(record, nowNs);
    if (Double.isNaN(value)) {
      return;
    }
    if (figure.metric().nature() == Metric.Nature.RATE) {
      measureRate(figure, seen, value, nowNs);
      return;
    }
    measure.setGauge(value);
    measure.setPeak(reading.readPeak(record, nowNs));
    measure.setWaitStart(reading.readWaitStart(record, nowNs));
    if (figure.ofLimit()) {
      measure.convertToPercentOf(
          reading.ownLimit().isPresent()
              ? reading.ownLimit().get().read(record)
              : findings.limit(figure.metric().limit()));
    }
  }

  /** Adds a counter's value to its window, and fills {@link #measure} with the rate. */
  private void measureRate(WatchedMetric figure, SeenEntity seen, double counter, long nowNs) {
    SeenEntity.Cell cell = seen.cell(figure.slot());
    RateWindow window = cell.window(figure.overNs(), figure.metric().isSigned());
    measure.setRecent(window.recentRate(nowNs, counter));
    window.add(nowNs, counter, seen.subject().bornNs());
    window.measure(measure);
    measure.convertToUnitOf(figure.metric());
    if (!measure.isKnown()) {
      // No condition is evaluated while the rate is unknown. When it is known again, all
      // conditions must be evaluated, even if the rate is the same as before.
      cell.forgetLast();
    }
  }

  /** The occurrence of a condition whose events say more than a value; null: it has none. */
  private @Nullable Occurrence occurrence(
      Context context, WatchedMetric figure, Subject subject, double value, long heldNs) {
    if (figure.reading().waitStart().isPresent()) {
      return Occurrence.waited(value, heldNs, context.waits().of(subject));
    }
    return figure.metric().isOfHistory()
        ? Occurrence.unusual(value, heldNs, oddities.of(subject, figure.metric()))
        : null;
  }

  /** Evaluates all conditions on one figure of one entity, and reports the events. */
  private void decide(Context context, WatchedMetric figure, SeenEntity seen, Measure measured) {
    WatchedScope watched = context.watched();
    long nowNs = context.nowNs();
    Subject subject = seen == watched.aggregate() ? watched.self() : seen.subject();
    triggered.clear();
    figure.evaluate(seen, measured, nowNs, triggered);
    for (Alarm alarm : triggered) {
      double value = alarm.reportedValue(measured);
      long heldNs = alarm.heldNs(subject, nowNs);
      Occurrence occurrence = occurrence(context, figure, subject, value, heldNs);
      if (occurrence == null) {
        occurrence = Occurrence.measured(value, heldNs, alarm.reportedShare(measured));
      }
      telling.reportCrossing(watched, alarm, subject, occurrence, context.wake());
    }
  }
}
