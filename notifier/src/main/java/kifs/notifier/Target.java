package kifs.notifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.KernelEvents;

/**
 * One scope that somebody waits for something of, with its conditions. Guarded by the notifier's
 * lock, but for its scope.
 */
final class Target implements AutoCloseable {
  /** Two scopes of the same entities are one target. */
  record Key(EntityKind kind, Scope.Range range, int pid, long bornNs, int tid, RecordType type) {}

  private record RateKey(Metric metric, long overNs) {}

  private final Key key;
  private final Scope scope;
  private final List<Group> groups = new ArrayList<>();
  private final Map<RateKey, Rates> rates = new HashMap<>();

  /** Who was there at the last look, by key. */
  private final Map<Long, Subject> known = new HashMap<>();

  private final Set<Long> present = new HashSet<>();
  private long aliveDueNs;
  private KernelEvents.Watch exitWatch;
  private Subject self;
  private boolean ended;

  /**
   * @param self who the scope is of, or within; {@link Subject#WHOLE} for the host
   */
  Target(Key key, Scope scope, Subject self, long nowNs) {
    this.key = key;
    this.scope = scope;
    this.self = self;
    this.aliveDueNs = nowNs;
  }

  Key key() {
    return key;
  }

  Scope scope() {
    return scope;
  }

  List<Group> groups() {
    return groups;
  }

  /** For a scope within one process or thread: who that is. */
  Subject self() {
    return self;
  }

  void rename(Subject newSelf) {
    self = newSelf;
  }

  void watchedBy(KernelEvents.Watch watch) {
    exitWatch = watch;
  }

  boolean isEnded() {
    return ended;
  }

  void end() {
    ended = true;
  }

  /** The group of that condition that a new waiter can share, or a new one. */
  Group group(Condition condition, long nowNs) {
    for (Group group : groups) {
      if (group.condition().equals(condition) && group.isJoinable(nowNs)) {
        return group;
      }
    }
    Group made = new Group(condition, nowNs);
    groups.add(made);
    return made;
  }

  /** Takes a subscription out of its group, and the group away if it was the last one. */
  void leave(Subscription subscription) {
    for (Group group : List.copyOf(groups)) {
      if (group.leave(subscription) && group.subscribers().isEmpty()) {
        remove(group);
      }
    }
  }

  /** Distinct conditions that somebody waits for. */
  long conditions() {
    return groups.stream().map(Group::condition).distinct().count();
  }

  /** Whether it waits for exits of any process, which are told and not looked for. */
  boolean isOfExits() {
    return scope.isHostWide() && key.type() == null;
  }

  private void remove(Group group) {
    groups.remove(group);
    rates
        .keySet()
        .removeIf(rate -> groups.stream().noneMatch(g -> rate.equals(rateKey(g.condition()))));
  }

  /** Boot time of the next look. Without a watch even that it's still there must be looked at. */
  long dueNs() {
    boolean unwatched = scope.process() != null && exitWatch == null;
    long due = unwatched ? aliveDueNs : Long.MAX_VALUE;
    for (Group group : groups) {
      due = Math.min(due, group.dueNs());
    }
    return due;
  }

  List<Group> dueGroups(long nowNs) {
    return groups.stream().filter(group -> group.dueNs() <= nowNs).toList();
  }

  /** The type of record that all its conditions are read from. */
  RecordType type() {
    return key.type();
  }

  /** The mask of the fields that these groups need. */
  long fields(List<Group> due) {
    return due.stream().mapToLong(group -> reading(group).fields()).reduce(0, (a, b) -> a | b);
  }

  Metric.Reading reading(Group group) {
    return group.condition().metric().reading(scope.kind());
  }

  Rates rates(Condition condition) {
    return rates.computeIfAbsent(rateKey(condition), k -> new Rates(condition.overNs()));
  }

  /** The rate since the last sample that anybody's window has; NaN: there is none. */
  double recent(Metric metric, Subject subject, double counter, long nowNs) {
    double recent = Double.NaN;
    for (Map.Entry<RateKey, Rates> entry : rates.entrySet()) {
      if (entry.getKey().metric() == metric && Double.isNaN(recent)) {
        recent = entry.getValue().recent(subject, counter, nowNs);
      }
    }
    return recent;
  }

  /** Notes who is there; an id that another entity has now starts afresh. */
  void see(Subject subject) {
    present.add(subject.key());
    Subject before = known.put(subject.key(), subject);
    if (before != null && !before.isSameAs(subject)) {
      groups.forEach(group -> group.forget(subject.key()));
    }
  }

  /** Ends a look at these groups. */
  void looked(List<Group> due, long nowNs, long finestNs) {
    aliveDueNs = nowNs + finestNs;
    if (due.isEmpty()) {
      // Only whether the entity lives was asked: nobody within it was looked for.
      return;
    }
    present.add(self.key());
    due.forEach(group -> group.looked(nowNs, finestNs));
    // Also of groups that look more rarely: who comes back later is somebody else to them too.
    groups.forEach(group -> group.retain(present));
    due.forEach(this::merge);
    rates.values().forEach(rate -> rate.retain(present));
    known.keySet().retainAll(present);
    present.clear();
  }

  /** Moves its waiters to an older group that tells the same from now on, if there is one. */
  private void merge(Group group) {
    for (Group older : groups) {
      if (older == group) {
        return;
      }
      if (older.isLike(group)) {
        older.absorb(group);
        groups.remove(group);
        return;
      }
    }
  }

  private static RateKey rateKey(Condition condition) {
    return new RateKey(condition.metric(), condition.overNs());
  }

  @Override
  public void close() {
    if (exitWatch != null) {
      exitWatch.close();
    }
    scope.close();
  }
}
