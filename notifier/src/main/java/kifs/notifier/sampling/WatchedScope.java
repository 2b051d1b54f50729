package kifs.notifier.sampling;

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
public final class WatchedScope implements AutoCloseable {
  /**
   * Two scopes of the same entities are one target.
   *
   * @param type null: nothing is read, the kernel tells
   * @param wide whether it takes a look at the whole host
   */
  public record Key(
      EntityKind kind,
      Scope.Range range,
      long id,
      int pid,
      long bornNs,
      int tid,
      RecordType type,
      boolean wide) {

    public static Key of(Scope scope, Condition condition, Subject self) {
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
  private final Map<WatchedMetric.Key, WatchedMetric> series = new LinkedHashMap<>();
  private final TreeSet<Integer> freeSlots = new TreeSet<>();
  private int slots;

  /** Who is within the scope, or whom it is about. */
  private final SeenEntities entities = new SeenEntities(series.values());

  private SeenEntity whole;
  private long aliveDueNs;
  private KernelEvents.Watch exitWatch;
  private Subject self;
  private boolean exited;
  private boolean ended;

  /**
   * @param self who the scope is of, or within; {@link Subject#HOST} for the host
   */
  public WatchedScope(Key key, Scope scope, Subject self, long nowNs) {
    this.key = key;
    this.scope = scope;
    this.self = self;
    this.whole = new SeenEntity(self, 1);
    this.aliveDueNs = nowNs;
  }

  public Key key() {
    return key;
  }

  public Scope scope() {
    return scope;
  }

  public boolean isWide() {
    return key.wide();
  }

  /** Whether it is about more than one entity, of each of which something is kept. */
  public boolean isOfMany() {
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
    for (WatchedMetric each : series.values()) {
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
  public int figures() {
    return series.size();
  }

  /** Whether somebody waits for that. */
  public boolean has(Condition condition) {
    WatchedMetric of = series.get(WatchedMetric.Key.of(condition));
    return of != null && of.has(condition);
  }

  public SeenEntities entities() {
    return entities;
  }

  /** The type of record that all its conditions are read from. */
  public RecordType type() {
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
  SeenEntity whole() {
    return whole;
  }

  public void watchedBy(KernelEvents.Watch watch) {
    exitWatch = watch;
  }

  /** Whether the exit of its process was heard: it hasn't ended before that is told. */
  boolean hasExited() {
    return exited;
  }

  void exited() {
    exited = true;
  }

  public boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  public boolean isEmpty() {
    return series.isEmpty();
  }

  /** The group of that condition that a new waiter can share, or a new one. */
  public Alarm group(Condition condition, long nowNs) {
    WatchedMetric.Key of = WatchedMetric.Key.of(condition);
    WatchedMetric shared = series.get(of);
    if (shared == null) {
      Integer free = freeSlots.pollFirst();
      int slot = free == null ? slots++ : free;
      shared = new WatchedMetric(of, condition.metric().reading(scope.kind()), slot, nowNs);
      series.put(of, shared);
    }
    return shared.group(condition, nowNs);
  }

  /**
   * Takes a waiter out of its group, and removes the group if that was its last waiter.
   *
   * @param group that has the waiter now
   */
  public void leave(Alarm group, Waiter waiter) {
    group.leave(waiter);
    if (!group.waiters().isEmpty()) {
      return;
    }
    WatchedMetric of = group.series();
    of.remove(group);
    if (of.groups().isEmpty()) {
      series.remove(of.key());
      freeSlots.add(of.slot());
      entities.forget(of.slot());
      whole.forget(of.slot());
    }
  }

  void forEachGroup(Consumer<Alarm> action) {
    for (WatchedMetric each : series.values()) {
      each.groups().forEach(action);
    }
  }

  /** Distinct conditions that somebody waits for. */
  public int conditions() {
    return series.values().stream().mapToInt(WatchedMetric::conditions).sum();
  }

  /** Boot time of the next look. Without a watch even that it's still there must be looked at. */
  long dueNs() {
    boolean polls = scope.endsByItself() || scope.process().isPresent() && exitWatch == null;
    long dueNs = polls ? aliveDueNs : Long.MAX_VALUE;
    for (WatchedMetric each : series.values()) {
      dueNs = Math.min(dueNs, each.dueNs());
    }
    return dueNs;
  }

  List<WatchedMetric> dueSeries(long nowNs) {
    List<WatchedMetric> due = new ArrayList<>(series.size());
    for (WatchedMetric each : series.values()) {
      if (each.dueNs() <= nowNs) {
        due.add(each);
      }
    }
    return due;
  }

  /** The rate of that metric since the last sample of anybody's; NaN: there is none. */
  public double recent(Metric metric, Subject subject, double counter, long nowNs) {
    SeenEntity seen = subject.key() == self.key() ? whole : entities.get(subject.key());
    if (seen == null || seen.subject().bornNs() != subject.bornNs()) {
      return Double.NaN;
    }
    double recent = Double.NaN;
    for (WatchedMetric each : series.values()) {
      SeenEntity.Cell cell = each.metric() == metric ? seen.known(each.slot()) : null;
      recent = cell == null || !Double.isNaN(recent) ? recent : cell.recent(nowNs, counter);
    }
    return recent;
  }

  /**
   * Begins to take in what a look found.
   *
   * @return of what was due, what somebody still waits for
   */
  List<WatchedMetric> beginLook(List<WatchedMetric> due) {
    entities.beginLook();
    List<WatchedMetric> wanted =
        due.stream().filter(each -> series.get(each.key()) == each).toList();
    wanted.forEach(WatchedMetric::begin);
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
      List<WatchedMetric> due,
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
