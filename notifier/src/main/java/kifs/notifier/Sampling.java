package kifs.notifier;

import java.util.Collection;
import java.util.List;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;

/**
 * Looks at what is due, and turns what was found into events. All but {@link #collect} is guarded
 * by the notifier's lock.
 */
final class Sampling {
  /** The kernel's stamps on events may be off by what it takes to read two clocks. */
  private static final long CLOCK_SLACK_NS = 1_000_000L;

  private final KernelSource source;
  private final ChunkPool pool;
  private final Schedule schedule;
  private final double memoryTotal;

  Sampling(KernelSource source, ChunkPool pool, Schedule schedule) {
    this.source = source;
    this.pool = pool;
    this.schedule = schedule;
    Record system = Record.allocate(SystemRecord.TYPE);
    source.readSystem(SystemRecord.MEMORY_TOTAL.bit(), system);
    this.memoryTotal = system.get(SystemRecord.MEMORY_TOTAL);
  }

  Collected collect(List<Look> looks) {
    return new Collected(source, pool, looks, source.clock().boottimeNs());
  }

  /** Evaluates what was collected; adds whom to wake. */
  void evaluate(Collected collected, Collection<Subscription> wake) {
    for (Look look : collected.looks()) {
      if (collected.isGone(look)) {
        end(look.target(), -1, wake);
      } else if (!look.due().isEmpty()) {
        evaluate(look, collected, wake);
      }
      // Who has just come is told that its first look was taken.
      look.due().stream().filter(Group::isNew).forEach(group -> wake.addAll(group.subscribers()));
      look.target().looked(look.due(), collected.nowNs(), schedule.finestNs());
    }
    schedule.looked(collected.looks(), collected.nowNs(), source.clock().boottimeNs());
  }

  private void evaluate(Look look, Collected collected, Collection<Subscription> wake) {
    long now = collected.nowNs();
    Target target = look.target();
    Record only = collected.single(look);
    if (only != null) {
      target.rename(target.self().renamed(only));
      look(look, target.self(), only, now, wake);
      return;
    }
    BulkBuilder run = collected.run(look);
    if (target.scope().range() != Scope.Range.SUM) {
      run.forEach(target.type(), r -> look(look, Subject.of(r), r, now, wake));
      return;
    }
    for (Group group : look.due()) {
      Sum sum = new Sum();
      run.forEach(
          target.type(),
          r -> {
            Subject subject = Subject.of(r);
            target.see(subject);
            sum.add(reading(target, group, subject, r, now));
          });
      tell(target, group, target.self(), sum.reading(), now, wake);
    }
  }

  /**
   * One reading of a metric.
   *
   * @param whole as in {@link Group#look}
   * @param recent as in {@link Group#look}
   */
  private record Reading(double value, boolean whole, double recent) {}

  /** Adds readings up; what can't be read of an entity adds nothing. */
  private static final class Sum {
    private double value;
    private double recent = Double.NaN;
    private boolean whole = true;

    void add(Reading reading) {
      if (!Double.isNaN(reading.value())) {
        value += reading.value();
        if (!Double.isNaN(reading.recent())) {
          // Who is seen for the first time has none; only if nobody has one is it unknown.
          recent = (Double.isNaN(recent) ? 0 : recent) + reading.recent();
        }
        whole &= reading.whole();
      }
    }

    Reading reading() {
      return new Reading(value, whole, recent);
    }
  }

  private void look(
      Look look, Subject subject, Record record, long now, Collection<Subscription> wake) {
    look.target().see(subject);
    for (Group group : look.due()) {
      Reading reading = reading(look.target(), group, subject, record, now);
      tell(look.target(), group, subject, reading, now, wake);
    }
  }

  private Reading reading(Target target, Group group, Subject subject, Record record, long now) {
    Condition condition = group.condition();
    Metric.Reading how = target.reading(group);
    double value = how.of(record, now);
    if (Double.isNaN(value)) {
      return new Reading(value, true, Double.NaN);
    }
    if (condition.metric().nature() == Metric.Nature.RATE) {
      Rates.Rate rate = target.rates(condition).look(subject, value, now);
      Metric metric = condition.metric();
      return new Reading(
          metric.rate(rate.to(condition.predicate())), rate.whole(), metric.rate(rate.recent()));
    }
    if (condition.ofLimit()) {
      value = percent(condition.predicate(), value, limit(condition.metric(), how, record));
    }
    return new Reading(value, true, Double.NaN);
  }

  /** Of no limit nothing is a share: not even a small one that would lie below something. */
  private static double percent(Predicate predicate, double value, double limit) {
    return Double.isInfinite(limit) && !predicate.isUpward() ? Double.NaN : 100 * value / limit;
  }

  private double limit(Metric metric, Metric.Reading how, Record record) {
    return metric.limit() == Metric.Limit.MEMORY ? memoryTotal : how.limit().applyAsDouble(record);
  }

  private void tell(
      Target target,
      Group group,
      Subject subject,
      Reading reading,
      long now,
      Collection<Subscription> wake) {
    if (!group.look(subject, reading.value(), reading.whole(), reading.recent(), now)) {
      return;
    }
    Subject who = asked(target, subject);
    Event event =
        new Event(
            source.clock().realtimeNs(),
            target.scope().entity(who.pid(), who.tid()),
            who.pid(),
            who.tid(),
            who.uid(),
            who.comm(),
            group.condition(),
            reading.value(),
            group.heldNs(who, now),
            -1);
    group.subscribers().forEach(subscription -> subscription.offer(event));
    wake.addAll(group.subscribers());
  }

  /**
   * The target's process has exited, or its thread: tells who waits for that, and everybody that
   * nothing more will come.
   *
   * @param status as in {@link Event#status}
   */
  void end(Target target, int status, Collection<Subscription> wake) {
    if (target.isEnded()) {
      return;
    }
    target.end();
    for (Group group : target.groups()) {
      if (group.condition().metric().nature() == Metric.Nature.EVENT) {
        Event event = exitEvent(target, group.condition(), status);
        group.subscribers().forEach(subscriber -> subscriber.offer(event));
      }
      group.subscribers().forEach(Subscription::end);
      wake.addAll(group.subscribers());
    }
  }

  private Event exitEvent(Target target, Condition condition, int status) {
    Subject who = asked(target, target.self());
    return new Event(
        source.clock().realtimeNs(),
        target.scope().entity(who.pid(), 0),
        who.pid(),
        0,
        who.uid(),
        who.comm(),
        condition,
        1,
        0,
        status);
  }

  /** Tells who waits for the exit of any process what happened since the last time. */
  void tellExits(
      Target target, List<ProcessTable.Exited> exited, long lost, Collection<Subscription> wake) {
    for (Group group : target.groups()) {
      group.subscribers().forEach(subscriber -> subscriber.addLost(lost));
      exited.forEach(one -> tellExit(target, group, one));
      wake.addAll(group.subscribers());
    }
  }

  private void tellExit(Target target, Group group, ProcessTable.Exited exited) {
    Event event = exitEvent(target.scope(), group.condition(), exited);
    for (Subscription subscriber : group.subscribers()) {
      // What was still queued when somebody came happened before.
      if (exited.boottimeNs() + CLOCK_SLACK_NS >= subscriber.openedNs()) {
        subscriber.offer(event);
      }
    }
  }

  private Event exitEvent(Scope scope, Condition condition, ProcessTable.Exited exited) {
    ProcessTable.Known process = exited.process();
    return new Event(
        source.clock().realtimeNs(),
        scope.entity(process.pid(), 0),
        process.pid(),
        0,
        process.uid(),
        process.comm(),
        condition,
        1,
        0,
        exited.status());
  }

  /** As an event is to call it. */
  private Subject asked(Target target, Subject subject) {
    if (subject.pid() == 0) {
      return subject;
    }
    ProcessRef own = target.scope().process();
    if (own != null) {
      return subject.ownedBy(target.self().uid()).asked(own);
    }
    try (ProcessRef ref = source.process(subject.pid()).orElse(null)) {
      return ref == null ? subject : subject.asked(ref);
    }
  }
}
