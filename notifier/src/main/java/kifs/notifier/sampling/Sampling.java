package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelSource;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.waiting.Waiter;

/**
 * Looks at what is due, and turns what was found into events. All but {@link #collect} is guarded
 * by the notifier's lock.
 */
public final class Sampling {
  private final KernelSource source;
  private final ChunkPool pool;
  private final Schedule schedule;
  private final Telling telling;

  /** What is being measured; used again and again. */
  private final Measure measure = new Measure();

  private final List<Alarm> told = new ArrayList<>();

  public Sampling(KernelSource source, ChunkPool pool, Schedule schedule, Telling telling) {
    this.source = source;
    this.pool = pool;
    this.schedule = schedule;
    this.telling = telling;
  }

  public Findings collect(List<Look> looks) {
    return Findings.read(source, pool, looks);
  }

  /** Evaluates what was collected; adds whom to wake. */
  public void evaluate(Findings collected, Collection<Waiter> wake) {
    for (Look look : collected.looks()) {
      WatchedScope target = look.target();
      if (collected.isGone(look)) {
        telling.end(target, -1, wake);
      } else if (!look.due().isEmpty()) {
        Context context = new Context(target, collected, wake);
        evaluate(look, target.beginLook(look.due()), context);
      }
      // Who has just come is told that its first look was taken.
      for (WatchedMetric series : look.due()) {
        for (Alarm group : series.groups()) {
          if (group.stage() == Alarm.Stage.PLANNED) {
            wake.addAll(group.waiters());
          }
        }
      }
      target.looked(
          look.due(),
          look.follows(),
          collected.isBounded(look),
          collected.nowNs(),
          schedule.finestNs(),
          gone -> telling.gone(target, gone, wake));
    }
    schedule.looked(collected.looks());
  }

  /**
   * What all decisions of one look share.
   *
   * @param wake waiters that were handed events are added here
   */
  private record Context(WatchedScope target, Findings collected, Collection<Waiter> wake) {
    long nowNs() {
      return collected.nowNs();
    }
  }

  private void evaluate(Look look, List<WatchedMetric> due, Context context) {
    WatchedScope target = context.target();
    Record only = context.collected().single(look);
    if (only == null) {
      new Many(look.type(), due, context).evaluate(context.collected().run(look));
      return;
    }
    target.rename(target.self().renamed(only));
    for (WatchedMetric series : due) {
      measure(series, target.whole(), only, context.collected());
      if (measure.isKnown()) {
        decide(context, series, target.whole(), measure);
      }
    }
  }

  /** One look at many records, which stand in the order of processes and then threads. */
  private final class Many {
    private final RecordType type;
    private final List<WatchedMetric> due;
    private final Context context;
    private final WatchedScope target;
    private final Identity identity;

    /** Conditions on one of all there are: the others are looked at only to be counted. */
    private final boolean onlySelf;

    private int pid;
    private SeenEntity process;

    Many(RecordType type, List<WatchedMetric> due, Context context) {
      this.type = type;
      this.due = due;
      this.context = context;
      this.target = context.target();
      this.identity = Identity.of(type);
      this.onlySelf = target.isWide() && target.scope().process().isPresent();
    }

    void evaluate(BulkBuilder run) {
      for (WatchedMetric series : due) {
        if (series.reading().shape() == Reading.Shape.TALLY) {
          series.tally(tally(series, run));
        }
      }
      run.forEach(type, this::visit);
      endProcess();
      for (WatchedMetric series : due) {
        if (isTotal(series)) {
          decide(context, series, target.whole(), series.sum());
        }
      }
    }

    private Map<Long, Integer> tally(WatchedMetric series, BulkBuilder run) {
      Field by = series.reading().countedBy().orElseThrow();
      Map<Long, Integer> counts = new HashMap<>();
      run.forEach(type, r -> counts.merge(r.get(by), 1, Integer::sum));
      return counts;
    }

    private boolean isTotal(WatchedMetric series) {
      return target.scope().range() == Scope.Range.SUM
          || series.reading().shape() == Reading.Shape.ALL;
    }

    private void visit(Record record) {
      if (onlySelf && identity.key(record) != target.self().key()) {
        return;
      }
      if (identity.pid(record) != pid) {
        endProcess();
        pid = identity.pid(record);
      }
      SeenEntity seen = target.entities().see(identity, record);
      boolean byThreads = false;
      for (WatchedMetric series : due) {
        if (series.metric().nature() == Metric.Nature.EVENT) {
          continue;
        }
        measure(series, seen, record, context.collected());
        boolean parts = series.reading().shape() == Reading.Shape.THREADS;
        byThreads |= parts;
        if (parts || isTotal(series)) {
          series.sum().add(measure);
        } else if (measure.isKnown()) {
          decide(context, series, seen, measure);
        }
      }
      if (byThreads && identity.isFirstThread(record)) {
        process = target.entities().seeProcess(identity, record);
      }
    }

    /** All threads of a process have been added up. */
    private void endProcess() {
      for (WatchedMetric series : due) {
        if (series.reading().shape() == Reading.Shape.THREADS && !isTotal(series)) {
          if (process != null) {
            decide(context, series, process, series.sum());
          }
          series.sum().zero();
        }
      }
      process = null;
    }
  }

  /** Fills {@link #measure} with one series' figure of one entity. */
  private void measure(WatchedMetric series, SeenEntity seen, Record record, Findings collected) {
    Reading how = series.reading();
    long nowNs = collected.nowNs();
    measure.clear();
    double value =
        how.shape() == Reading.Shape.TALLY
            ? series.tallied(seen.subject().pid())
            : how.read(record, nowNs);
    if (Double.isNaN(value)) {
      return;
    }
    if (series.metric().nature() == Metric.Nature.RATE) {
      measureRate(series, seen, value, nowNs);
      return;
    }
    measure.setGauge(value);
    measure.setPeak(how.readPeak(record, nowNs));
    measure.setWaitStart(how.readWaitStart(record, nowNs));
    if (series.ofLimit()) {
      measure.convertToPercentOf(
          how.ownLimit().isPresent()
              ? how.ownLimit().get().read(record)
              : collected.limit(series.metric().limit()));
    }
  }

  /** Enters a counter, and fills {@link #measure} with its rate. */
  private void measureRate(WatchedMetric series, SeenEntity seen, double counter, long nowNs) {
    SeenEntity.Cell cell = seen.cell(series.slot());
    RateWindow window = cell.window(series.overNs(), series.metric().isSigned());
    measure.setRecent(window.recent(nowNs, counter));
    window.add(nowNs, counter, seen.subject().bornNs());
    window.measure(measure);
    measure.convertToUnitOf(series.metric());
    if (!measure.isKnown()) {
      // Nobody is asked now; so all must be when it is known again, though it may be the same.
      cell.forgetLast();
    }
  }

  /** Asks all conditions on one figure of one entity, and hands out the events. */
  private void decide(Context context, WatchedMetric series, SeenEntity seen, Measure measured) {
    WatchedScope target = context.target();
    long nowNs = context.nowNs();
    Subject subject = seen == target.whole() ? target.self() : seen.subject();
    told.clear();
    series.decide(seen, measured, nowNs, told);
    for (Alarm group : told) {
      double value = group.shown(measured);
      telling.crossed(target, group, subject, value, group.heldNs(subject, nowNs), context.wake());
    }
  }
}
