package kifs.notifier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelEvents;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.waiting.Waiter;

/**
 * One scope that somebody waits for something of, with its conditions, as far as they are read from
 * records of one type. Guarded by the notifier's lock, but for its scope.
 */
final class Target implements AutoCloseable {
  /**
   * Two scopes of the same entities are one target.
   *
   * @param type null: nothing is read, the kernel tells
   * @param wide whether it takes a look at the whole host
   */
  record Key(
      EntityKind kind,
      Scope.Range range,
      long id,
      int pid,
      long bornNs,
      int tid,
      RecordType type,
      boolean wide) {

    static Key of(Scope scope, Condition condition, Subject self) {
      Reading reading = condition.metric().reading(scope.kind());
      RecordType type = reading == null ? null : reading.type();
      boolean wide = scope.isHostWide();
      if (reading != null) {
        wide |= reading.shape() == Reading.Shape.TALLY || reading.shape() == Reading.Shape.ALL;
      }
      return new Key(
          scope.kind(),
          scope.range(),
          self.key(),
          self.pid(),
          self.bornNs(),
          self.tid(),
          type,
          wide);
    }
  }

  private final Key key;
  private final Scope scope;
  private final Map<Series.Key, Series> series = new LinkedHashMap<>();
  private final TreeSet<Integer> freeSlots = new TreeSet<>();
  private int slots;

  /** Who is within the scope, or whom it is about. */
  private final Entities entities = new Entities(series.values());

  private Seen whole;
  private long aliveDueNs;
  private KernelEvents.Watch exitWatch;
  private Subject self;
  private boolean exited;
  private boolean ended;

  /**
   * @param self who the scope is of, or within; {@link Subject#HOST} for the host
   */
  Target(Key key, Scope scope, Subject self, long nowNs) {
    this.key = key;
    this.scope = scope;
    this.self = self;
    this.whole = new Seen(self, 1);
    this.aliveDueNs = nowNs;
  }

  Key key() {
    return key;
  }

  Scope scope() {
    return scope;
  }

  boolean isWide() {
    return key.wide();
  }

  /** Whether it is about more than one entity, of each of which something is kept. */
  boolean isOfMany() {
    return type() != null && (isWide() || scope.range() != Scope.Range.ONE);
  }

  /**
   * Of whom there is something to tell; null: everybody must be looked at. As the conditions are
   * now.
   */
  Bounds bounds(long nowNs) {
    if (!isWide() || scope.range() != Scope.Range.EACH || scope.process().isPresent()) {
      return null;
    }
    Bounds bounds = new Bounds(type(), entities.lookedNs());
    for (Series each : series.values()) {
      if (!each.bound(bounds)) {
        return null;
      }
    }
    if (bounds.follows() && entities.areDue(nowNs)) {
      bounds.follow(0, 0);
    }
    return bounds;
  }

  /** Distinct figures that are read. */
  int figures() {
    return series.size();
  }

  /** Whether somebody waits for that. */
  boolean has(Condition condition) {
    Series of = series.get(Series.Key.of(condition));
    return of != null && of.has(condition);
  }

  Entities entities() {
    return entities;
  }

  /** The type of record that all its conditions are read from. */
  RecordType type() {
    return key.type();
  }

  /** For a scope within one process or thread: who that is. */
  Subject self() {
    return self;
  }

  void rename(Subject newSelf) {
    self = newSelf;
  }

  /** What is known of it as one. */
  Seen whole() {
    return whole;
  }

  void watchedBy(KernelEvents.Watch watch) {
    exitWatch = watch;
  }

  /** Whether the exit of its process was heard: it hasn't ended before that is told. */
  boolean hasExited() {
    return exited;
  }

  void exited() {
    exited = true;
  }

  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  boolean isEmpty() {
    return series.isEmpty();
  }

  /** The group of that condition that a new waiter can share, or a new one. */
  Group group(Condition condition, long nowNs) {
    Series.Key of = Series.Key.of(condition);
    Series shared = series.get(of);
    if (shared == null) {
      Integer free = freeSlots.pollFirst();
      int slot = free == null ? slots++ : free;
      shared = new Series(of, condition.metric().reading(scope.kind()), slot, nowNs);
      series.put(of, shared);
    }
    return shared.group(condition, nowNs);
  }

  /**
   * Takes a waiter out of its group, and removes the group if that was its last waiter.
   *
   * @param group that has the waiter now
   */
  void leave(Group group, Waiter waiter) {
    group.leave(waiter);
    if (!group.waiters().isEmpty()) {
      return;
    }
    Series of = group.series();
    of.remove(group);
    if (of.groups().isEmpty()) {
      series.remove(of.key());
      freeSlots.add(of.slot());
      entities.forget(of.slot());
      whole.forget(of.slot());
    }
  }

  void forEachGroup(Consumer<Group> action) {
    for (Series each : series.values()) {
      each.groups().forEach(action);
    }
  }

  /** Distinct conditions that somebody waits for. */
  int conditions() {
    return series.values().stream().mapToInt(Series::conditions).sum();
  }

  /** Boot time of the next look. Without a watch even that it's still there must be looked at. */
  long dueNs() {
    boolean polls = scope.endsByItself() || scope.process().isPresent() && exitWatch == null;
    long dueNs = polls ? aliveDueNs : Long.MAX_VALUE;
    for (Series each : series.values()) {
      dueNs = Math.min(dueNs, each.dueNs());
    }
    return dueNs;
  }

  List<Series> dueSeries(long nowNs) {
    List<Series> due = new ArrayList<>(series.size());
    for (Series each : series.values()) {
      if (each.dueNs() <= nowNs) {
        due.add(each);
      }
    }
    return due;
  }

  /** The rate of that metric since the last sample of anybody's; NaN: there is none. */
  double recent(Metric metric, Subject subject, double counter, long nowNs) {
    Seen seen = subject.key() == self.key() ? whole : entities.get(subject.key());
    if (seen == null || seen.subject().bornNs() != subject.bornNs()) {
      return Double.NaN;
    }
    double recent = Double.NaN;
    for (Series each : series.values()) {
      Seen.Cell cell = each.metric() == metric ? seen.known(each.slot()) : null;
      recent = cell == null || !Double.isNaN(recent) ? recent : cell.recent(nowNs, counter);
    }
    return recent;
  }

  /**
   * Begins to take in what a look found.
   *
   * @return of what was due, what somebody still waits for
   */
  List<Series> beginLook(List<Series> due) {
    entities.beginLook();
    List<Series> wanted = due.stream().filter(each -> series.get(each.key()) == each).toList();
    wanted.forEach(Series::begin);
    return wanted;
  }

  /**
   * Ends a look.
   *
   * @param due what was measured; none: only whether the entity is still there
   * @param follows whether the look asked for those that have changed
   * @param bounded whether not everybody may have been found
   * @param gone who was there and isn't any more, for threads by themselves; told each
   */
  void looked(
      List<Series> due,
      boolean follows,
      boolean bounded,
      long nowNs,
      long finestNs,
      Consumer<Subject> gone) {
    aliveDueNs = nowNs + finestNs;
    if (due.isEmpty()) {
      // Only whether the entity lives was asked: nobody within it was looked for.
      return;
    }
    due.forEach(each -> each.looked(nowNs, finestNs, bounded));
    entities.looked(bounded, follows, nowNs, gone);
  }

  @Override
  public void close() {
    if (exitWatch != null) {
      exitWatch.close();
    }
    scope.close();
  }
}
