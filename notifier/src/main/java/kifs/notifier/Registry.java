package kifs.notifier;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.happening.Deadlocks;
import kifs.notifier.happening.Happenings;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.sampling.Alarm;
import kifs.notifier.sampling.WatchedScope;
import kifs.notifier.waiting.Backlog;
import kifs.notifier.waiting.Waiter;

/**
 * Who waits, for what, and what the kernel was asked to tell for it: equal conditions on equal
 * scopes meet here. Guarded by the notifier's lock.
 */
final class Registry {
  /** What the kernel tells, by threads of its own. */
  interface Listener {
    /** The target's process has exited. */
    void exited(WatchedScope target, KernelEvents.Exit exit);

    /** Something has happened to some process: it is to be taken from {@link #happenings}. */
    void happened();

    /** It is worth while to look at that group's figure. */
    void raised(WatchedScope target, Alarm group);
  }

  /** Events that wait for their readers, but for the first of each: some 20 MB. */
  private static final int MOST_WAITING = 100_000;

  private final KernelSource source;
  private final ChunkPool pool;
  private final NotifierOptions options;
  private final Listener listener;
  private final Map<WatchedScope.Key, WatchedScope> targets = new LinkedHashMap<>();
  private final Waiters waiters;
  private final Deadlocks deadlocks;
  private final MemoryBudget room;
  private final Backlog backlog = new Backlog(MOST_WAITING);
  private Happenings happenings;

  Registry(KernelSource source, ChunkPool pool, NotifierOptions options, Listener listener) {
    this.source = source;
    this.pool = pool;
    this.options = options;
    this.listener = listener;
    this.waiters = new Waiters(options);
    this.room = new MemoryBudget(source, options.mostKept());
    this.deadlocks = new Deadlocks(source, pool, options.finestTickNs());
  }

  Collection<WatchedScope> targets() {
    return targets.values();
  }

  Waiters waiters() {
    return waiters;
  }

  Deadlocks deadlocks() {
    return deadlocks;
  }

  /** Null unless somebody waits for what happens to processes. */
  Happenings happenings() {
    return happenings;
  }

  /** Whether that is still what is waited for. */
  boolean has(WatchedScope target) {
    return targets.get(target.key()) == target;
  }

  int conditions() {
    return targets.values().stream().mapToInt(WatchedScope::conditions).sum();
  }

  /**
   * One more waiter. Takes the scope, whatever the outcome.
   *
   * @param self who the scope is of, or within
   * @param onClose called with the waiter, whenever that is closed
   * @throws TooManyWaitersException if there is no room
   */
  Waiter add(Scope scope, Subject self, Condition condition, long uid, Consumer<Waiter> onClose)
      throws TooManyWaitersException {
    try {
      waiters.require(uid);
    } catch (TooManyWaitersException e) {
      scope.close();
      throw e;
    }
    WatchedScope target = target(WatchedScope.Key.of(scope, condition, self), scope, self);
    try {
      room.require(targets.values(), target, condition);
      Waiter made = new Waiter(source.clock().boottimeNs(), uid, backlog, onClose);
      add(target, condition, made);
      return made;
    } catch (RuntimeException | TooManyWaitersException e) {
      dropIfUnused(target);
      throw e;
    }
  }

  /** The target of that key that is still of use, or a new one. Takes the scope. */
  private WatchedScope target(WatchedScope.Key key, Scope scope, Subject self) {
    WatchedScope target = targets.get(key);
    // An ended one tells nothing more; a zombie can be waited for anew, and is told at once.
    if (target != null && !target.isEnded()) {
      scope.close();
      return target;
    }
    WatchedScope made = new WatchedScope(key, scope, self, source.clock().boottimeNs());
    targets.put(key, made);
    return made;
  }

  private void add(WatchedScope target, Condition condition, Waiter waiter) {
    if (target.isEmpty()) {
      watch(target);
    }
    boolean heard = Happenings.isOf(target.scope(), condition.metric());
    if (heard && happenings == null) {
      happenings = new Happenings(source, pool, options.finestTickNs(), listener::happened);
    }
    Alarm group = target.group(condition, waiter.openedNs());
    boolean isNew = group.waiters().isEmpty();
    group.join(waiter);
    waiters.add(waiter, new Waiters.Place(target, group));
    if (heard) {
      happenings.add(target.scope());
    }
    if (Deadlocks.isOf(target.scope())) {
      deadlocks.add(waiter);
    }
    if (isNew) {
      raise(target, group);
    }
  }

  private void watch(WatchedScope target) {
    target
        .scope()
        .process()
        .flatMap(ref -> source.events().onExit(ref, exit -> listener.exited(target, exit)))
        .ifPresent(target::watchedBy);
  }

  /** Lets the kernel say when a look is worth while, where it can. */
  private void raise(WatchedScope target, Alarm group) {
    Runnable raised = () -> listener.raised(target, group);
    Optional.ofNullable(group.series().reading())
        .flatMap(Reading::push)
        .flatMap(push -> push.watch(source.events(), target.scope(), group.condition(), raised))
        .ifPresent(group::raisedBy);
  }

  /** One waiter less; one that isn't there is none. */
  void remove(Waiter waiter) {
    Waiters.Place place = waiters.remove(waiter);
    if (place == null) {
      return;
    }
    WatchedScope target = place.target();
    Alarm group = place.group().current();
    boolean heard = Happenings.isOf(target.scope(), group.condition().metric());
    if (heard && happenings.removeIsLast(target.scope())) {
      happenings.close();
      happenings = null;
    }
    deadlocks.remove(waiter);
    target.leave(group, waiter);
    dropIfUnused(target);
  }

  private void dropIfUnused(WatchedScope target) {
    if (target.isEmpty()) {
      targets.remove(target.key(), target);
      target.close();
    }
  }

  /**
   * The rate of a counter since it was last sampled for somebody.
   *
   * @return in the metric's unit; NaN where there is no such sample
   */
  double recentRate(Metric metric, Reading reading, Subject subject, double counter, long nowNs) {
    for (WatchedScope target : targets.values()) {
      double rate =
          target.type() == reading.type()
              ? target.recent(metric, subject, counter, nowNs)
              : Double.NaN;
      if (!Double.isNaN(rate)) {
        return metric.rate(rate);
      }
    }
    return Double.NaN;
  }
}
