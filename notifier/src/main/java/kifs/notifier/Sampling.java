package kifs.notifier;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelSource;

/**
 * Looks at what is due, and turns what was found into events. All but {@link #collect} is guarded
 * by the notifier's lock.
 */
final class Sampling {
  private final KernelSource source;
  private final ChunkPool pool;
  private final Schedule schedule;
  private final Telling telling;

  /** What is being measured; used again and again. */
  private final Measure measure = new Measure();

  private final List<Group> told = new ArrayList<>();

  Sampling(KernelSource source, ChunkPool pool, Schedule schedule, Telling telling) {
    this.source = source;
    this.pool = pool;
    this.schedule = schedule;
    this.telling = telling;
  }

  Collected collect(List<Look> looks) {
    return new Collected(source, pool, looks, source.clock().boottimeNs());
  }

  /** Evaluates what was collected; adds whom to wake. */
  void evaluate(Collected collected, Collection<Waiter> wake) {
    for (Look look : collected.looks()) {
      Target target = look.target();
      if (collected.isGone(look)) {
        telling.end(target, -1, wake);
      } else if (!look.due().isEmpty()) {
        evaluate(look, target.beginLook(look.due()), collected, wake);
      }
      // Who has just come is told that its first look was taken.
      for (Series series : look.due()) {
        for (Group group : series.groups()) {
          if (group.stage() == Group.Stage.PLANNED) {
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

  private void evaluate(Look look, List<Series> due, Collected collected, Collection<Waiter> wake) {
    Target target = look.target();
    Record only = collected.single(look);
    if (only == null) {
      new Many(look, due, collected, wake).evaluate(collected.run(look));
      return;
    }
    target.rename(target.self().renamed(only));
    for (Series series : due) {
      measure(series, target.whole(), only, collected);
      if (measure.isKnown()) {
        decide(target, series, target.whole(), target.self(), measure, collected.nowNs(), wake);
      }
    }
  }

  /** One look at many records, which stand in the order of processes and then threads. */
  private final class Many {
    private final Look look;
    private final List<Series> due;
    private final Target target;
    private final Collected collected;
    private final Collection<Waiter> wake;
    private final Identity identity;

    /** Conditions on one of all there are: the others are looked at only to be counted. */
    private final boolean onlySelf;

    private int pid;
    private Seen process;

    Many(Look look, List<Series> due, Collected collected, Collection<Waiter> wake) {
      this.look = look;
      this.due = due;
      this.target = look.target();
      this.collected = collected;
      this.wake = wake;
      this.identity = Identity.of(look.type());
      this.onlySelf = target.isWide() && target.scope().process().isPresent();
    }

    void evaluate(BulkBuilder run) {
      for (Series series : due) {
        if (series.reading().shape() == Reading.Shape.TALLY) {
          series.tally(tally(series, run));
        }
      }
      run.forEach(look.type(), this::visit);
      endProcess();
      for (Series series : due) {
        if (isTotal(series)) {
          decide(series, target.whole(), series.sum());
        }
      }
    }

    private Map<Long, Integer> tally(Series series, BulkBuilder run) {
      Map<Long, Integer> counts = new HashMap<>();
      run.forEach(look.type(), r -> counts.merge(r.get(series.reading().tally()), 1, Integer::sum));
      return counts;
    }

    private boolean isTotal(Series series) {
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
      Seen seen = target.entities().see(identity, record);
      boolean byThreads = false;
      for (Series series : due) {
        if (series.metric().nature() == Metric.Nature.EVENT) {
          continue;
        }
        measure(series, seen, record, collected);
        boolean parts = series.reading().shape() == Reading.Shape.THREADS;
        byThreads |= parts;
        if (parts || isTotal(series)) {
          series.sum().add(measure);
        } else if (measure.isKnown()) {
          decide(series, seen, measure);
        }
      }
      if (byThreads && identity.isFirstThread(record)) {
        process = target.entities().seeProcess(identity, record);
      }
    }

    /** All threads of a process have been added up. */
    private void endProcess() {
      for (Series series : due) {
        if (series.reading().shape() == Reading.Shape.THREADS && !isTotal(series)) {
          if (process != null) {
            decide(series, process, series.sum());
          }
          series.sum().zero();
        }
      }
      process = null;
    }

    private void decide(Series series, Seen seen, Measure measured) {
      Subject subject = seen == target.whole() ? target.self() : seen.subject();
      Sampling.this.decide(target, series, seen, subject, measured, collected.nowNs(), wake);
    }
  }

  /** Fills {@link #measure} with one series' figure of one entity. */
  private void measure(Series series, Seen seen, Record record, Collected collected) {
    Reading how = series.reading();
    long now = collected.nowNs();
    measure.clear();
    double value =
        how.shape() == Reading.Shape.TALLY
            ? series.tallied(seen.subject().pid())
            : how.of(record, now);
    if (Double.isNaN(value)) {
      return;
    }
    if (series.metric().nature() == Metric.Nature.RATE) {
      measureRate(series, seen, value, now);
      return;
    }
    measure.setGauge(value);
    measure.setPeak(how.peak() == null ? Double.NaN : how.peak().of(record, now));
    measure.setWaitStart(how.episode() == null ? Double.NaN : how.episode().of(record, now));
    if (series.ofLimit()) {
      measure.convertToPercentOf(
          how.whole() == null ? collected.limit(series.metric().limit()) : how.whole().of(record));
    }
  }

  /** Enters a counter, and fills {@link #measure} with its rate. */
  private void measureRate(Series series, Seen seen, double counter, long nowNs) {
    Seen.Cell cell = seen.cell(series.slot());
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

  private void decide(
      Target target,
      Series series,
      Seen seen,
      Subject subject,
      Measure measured,
      long now,
      Collection<Waiter> wake) {
    told.clear();
    series.decide(seen, measured, now, told);
    for (Group group : told) {
      double value = group.shown(measured);
      telling.crossed(target, group, subject, value, group.heldNs(subject, now), wake);
    }
  }
}
