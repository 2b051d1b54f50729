package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import kifs.kernel.query.Selection;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelEvents;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.metric.RecentRate;
import kifs.notifier.waiting.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * One scope that waiters wait for, with one {@link WatchedMetric} for each figure. Conditions that
 * are read from different record types have different watched scopes.
 *
 * <p>Guarded by the notifier's lock, except for {@link #scope}, which the sampling thread uses
 * without it.
 */
public final class WatchedScope implements AutoCloseable {
  /**
   * Identifies a watched scope: waiters whose scopes have equal keys share one.
   *
   * @param type of the records that the figures are read from; null: no record is read, the kernel
   *     pushes events
   * @param hostWide whether a sample needs a pass over the whole host
   * @param selection which of the scope's entities it is about
   */
  public record Key(
      EntityKind kind,
      Scope.Range range,
      long id,
      int pid,
      long bornNs,
      int tid,
      @Nullable RecordType type,
      boolean hostWide,
      Selection selection) {

    public static Key of(Scope scope, Condition condition, Subject self) {
      Reading reading = condition.metric().reading(scope.kind());
      RecordType type = reading == null ? null : reading.type();
      boolean hostWide = scope.isHostWide();
      if (reading != null) {
        hostWide |= reading.shape() == Reading.Shape.TALLY || reading.shape() == Reading.Shape.ALL;
      }
      return new Key(
          scope.kind(),
          scope.range(),
          self.key(),
          self.pid(),
          self.bornNs(),
          self.tid(),
          type,
          hostWide,
          scope.selection());
    }
  }

  private final Key key;
  private final Scope scope;
  private final Map<WatchedMetric.Key, WatchedMetric> figures = new LinkedHashMap<>();
  private final TreeSet<Integer> freeSlots = new TreeSet<>();
  private int slotCount;

  /** The entities that the last samples found in the scope. */
  private final SeenEntities entities = new SeenEntities(figures.values());

  /** The one entity of the scope, or all its entities added up. */
  private final SeenEntity aggregate;

  /** Boot time at which to check whether the entity still exists. */
  private long lifeCheckDueNs;

  private KernelEvents.@Nullable Watch exitWatch;
  private Subject self;

  /** Whether the exit event of the scope's process was taken from the queue. */
  private boolean exited;

  /** Whether the end was reported to the waiters; nothing is sampled or reported after that. */
  private boolean ended;

  /**
   * @param self the entity that the scope is, or lies within; {@link Subject#HOST} for the host
   * @param nowNs boot time
   */
  public WatchedScope(Key key, Scope scope, Subject self, long nowNs) {
    this.key = key;
    this.scope = scope;
    this.self = self;
    this.aggregate = new SeenEntity(self, 1);
    this.lifeCheckDueNs = nowNs;
  }

  public Key key() {
    return key;
  }

  public Scope scope() {
    return scope;
  }

  public boolean isHostWide() {
    return key.hostWide();
  }

  /** Which of the scope's entities the conditions are about. */
  Selection selection() {
    return key.selection();
  }

  /** Whether the scope has many entities, so that something is kept for each of them. */
  public boolean hasManyEntities() {
    return type() != null && (isHostWide() || scope.range() != Scope.Range.ONE);
  }

  /**
   * Collects what the present conditions need to see of a pass.
   *
   * @return null if the pass must return every entity
   */
  @Nullable Bounds bounds(long nowNs) {
    RecordType type = type();
    if (type == null
        || !isHostWide()
        || scope.range() != Scope.Range.EACH
        || scope.process().isPresent()) {
      return null;
    }
    Bounds bounds = new Bounds(type, entities.lastSampleNs(), selection().isAll());
    for (WatchedMetric each : figures.values()) {
      if (!each.addTo(bounds)) {
        return null;
      }
    }
    if (bounds.tracksChanges() && entities.isFullPassDue(nowNs)) {
      bounds.trackChanges(0, 0);
    }
    return bounds;
  }

  /** The number of distinct figures. */
  public int figureCount() {
    return figures.size();
  }

  /** Whether a waiter has this condition. */
  public boolean isWatching(Condition condition) {
    WatchedMetric figure = figures.get(WatchedMetric.Key.of(condition));
    return figure != null && figure.isWatching(condition);
  }

  public SeenEntities entities() {
    return entities;
  }

  /** The type of record that all figures are read from; null: none is read. */
  public @Nullable RecordType type() {
    return key.type();
  }

  /** The process or thread that the scope is, or lies within; {@link Subject#HOST} for the host. */
  Subject self() {
    return self;
  }

  void setSelf(Subject newSelf) {
    self = newSelf;
  }

  /** What is known of the scope's one entity, or of all its entities added up. */
  SeenEntity aggregate() {
    return aggregate;
  }

  public void setExitWatch(KernelEvents.Watch watch) {
    exitWatch = watch;
  }

  /**
   * Whether the exit of the scope's process was taken from the queue of events. The scope ends a
   * little later, when the exit is reported.
   */
  boolean hasExited() {
    return exited;
  }

  void noteExit() {
    exited = true;
  }

  public boolean isEnded() {
    return ended;
  }

  void markEnded() {
    ended = true;
  }

  public boolean isEmpty() {
    return figures.isEmpty();
  }

  /** Finds an alarm for the condition that a new waiter can join, or creates one. */
  public Alarm alarmFor(Condition condition, long nowNs) {
    WatchedMetric.Key of = WatchedMetric.Key.of(condition);
    WatchedMetric shared = figures.get(of);
    if (shared == null) {
      Integer freeSlot = freeSlots.pollFirst();
      int slot = freeSlot == null ? slotCount++ : freeSlot;
      shared = new WatchedMetric(of, condition.metric().reading(scope.kind()), slot, nowNs);
      figures.put(of, shared);
    }
    return shared.alarmFor(condition, nowNs);
  }

  /**
   * Removes a waiter from its alarm, and the alarm and the figure if they have no other waiter.
   *
   * @param alarm the alarm that has the waiter now
   */
  public void remove(Alarm alarm, Waiter waiter) {
    alarm.remove(waiter);
    if (!alarm.waiters().isEmpty()) {
      return;
    }
    WatchedMetric figure = alarm.figure();
    figure.remove(alarm);
    if (figure.alarms().isEmpty()) {
      figures.remove(figure.key());
      freeSlots.add(figure.slot());
      entities.forget(figure.slot());
      aggregate.forget(figure.slot());
    }
  }

  void forEachAlarm(Consumer<Alarm> action) {
    for (WatchedMetric each : figures.values()) {
      each.alarms().forEach(action);
    }
  }

  /** Makes the figures due that say what is unusual, because the history has a new sample. */
  public void makeHistoryDue(long nowNs) {
    for (WatchedMetric each : figures.values()) {
      if (each.metric().isOfHistory()) {
        each.makeDue(nowNs);
      }
    }
  }

  /** The number of distinct conditions. */
  public int conditionCount() {
    return figures.values().stream().mapToInt(WatchedMetric::conditionCount).sum();
  }

  /**
   * Boot time at which the next sample is due; {@code Long.MAX_VALUE}: never. Without a watch for
   * the exit, a sample must also check whether the entity still exists.
   */
  long dueNs() {
    boolean checksLife = scope.endsByItself() || scope.process().isPresent() && exitWatch == null;
    long dueNs = checksLife ? lifeCheckDueNs : Long.MAX_VALUE;
    for (WatchedMetric each : figures.values()) {
      dueNs = Math.min(dueNs, each.dueNs());
    }
    return dueNs;
  }

  /** The figures that are due at that boot time. */
  List<WatchedMetric> dueFigures(long nowNs) {
    List<WatchedMetric> due = new ArrayList<>(figures.size());
    for (WatchedMetric each : figures.values()) {
      if (each.dueNs() <= nowNs) {
        due.add(each);
      }
    }
    return due;
  }

  /**
   * The growth of a metric's counter per second since it was last sampled for any waiter; null if
   * there is no such sample.
   *
   * @param counter the value of the counter now
   */
  public @Nullable RecentRate recent(Metric metric, Subject subject, double counter, long nowNs) {
    SeenEntity seen = subject.key() == self.key() ? aggregate : entities.get(subject.key());
    if (seen == null || seen.subject().bornNs() != subject.bornNs()) {
      return null;
    }
    RecentRate recent = null;
    for (WatchedMetric each : figures.values()) {
      SeenEntity.Cell cell = each.metric() == metric ? seen.cellOrNull(each.slot()) : null;
      recent = cell == null || recent != null ? recent : cell.recent(nowNs, counter);
    }
    return recent;
  }

  /**
   * Begins to evaluate a sample.
   *
   * @param due the figures that were measured
   * @return those of them that still have waiters
   */
  List<WatchedMetric> beginSample(List<WatchedMetric> due) {
    entities.beginSample();
    List<WatchedMetric> wanted =
        due.stream().filter(each -> figures.get(each.key()) == each).toList();
    wanted.forEach(WatchedMetric::beginSample);
    return wanted;
  }

  /**
   * Ends a sample.
   *
   * @param due the figures that were measured; empty: the sample only checked whether the entity
   *     still exists
   * @param tracksChanges whether the pass could omit entities that have not changed
   * @param filtered whether the pass may have omitted entities
   * @param nowNs boot time at which the sample began
   * @param minTickNs the shortest interval between two samples
   * @param vanished called for each entity that has vanished
   */
  void finishSample(
      List<WatchedMetric> due,
      boolean tracksChanges,
      boolean filtered,
      long nowNs,
      long minTickNs,
      Consumer<Subject> vanished) {
    lifeCheckDueNs = nowNs + minTickNs;
    if (due.isEmpty()) {
      // The sample only checked whether the entity exists; entities within it were not
      // sampled.
      return;
    }
    due.forEach(each -> each.finishSample(nowNs, minTickNs, filtered));
    entities.finishSample(filtered, tracksChanges, nowNs, vanished);
  }

  @Override
  public void close() {
    if (exitWatch != null) {
      exitWatch.close();
    }
    scope.close();
  }
}
