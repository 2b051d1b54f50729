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
    /** The watched's process has exited. */
    void exited(WatchedScope watched, KernelEvents.Exit exit);

    /** Something has happened to some process: it is to be taken from {@link #happenings}. */
    void happened();

    /** It is worth while to look at that alarm's figure. */
    void raised(WatchedScope watched, Alarm alarm);
  }

  /** Events that wait for their readers, but for the first of each: some 20 MB. */
  private static final int MAX_QUEUED_EVENTS = 100_000;

  private final KernelSource source;
  private final ChunkPool pool;
  private final NotifierOptions options;
  private final Listener listener;
  private final Map<WatchedScope.Key, WatchedScope> watchedScopes = new LinkedHashMap<>();
  private final Waiters waiters;
  private final Deadlocks deadlocks;
  private final MemoryBudget memoryBudget;
  private final Backlog backlog = new Backlog(MAX_QUEUED_EVENTS);
  private Happenings happenings;

  Registry(KernelSource source, ChunkPool pool, NotifierOptions options, Listener listener) {
    this.source = source;
    this.pool = pool;
    this.options = options;
    this.listener = listener;
    this.waiters = new Waiters(options);
    this.memoryBudget = new MemoryBudget(source, options.mostKept());
    this.deadlocks = new Deadlocks(source, pool, options.finestTickNs());
  }

  Collection<WatchedScope> watchedScopes() {
    return watchedScopes.values();
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
  boolean has(WatchedScope watched) {
    return watchedScopes.get(watched.key()) == watched;
  }

  int conditionCount() {
    return watchedScopes.values().stream().mapToInt(WatchedScope::conditionCount).sum();
  }

  /**
   * One more waiter. Takes the scope, whatever the outcome.
   *
   * @param self who the scope is of, or within
   * @param onClose called with the waiter, whenever that is closed
   * @throws TooManyWaitersException if there is no memoryBudget
   */
  Waiter add(Scope scope, Subject self, Condition condition, long uid, Consumer<Waiter> onClose)
      throws TooManyWaitersException {
    try {
      waiters.require(uid);
    } catch (TooManyWaitersException e) {
      scope.close();
      throw e;
    }
    WatchedScope watched = findOrCreate(WatchedScope.Key.of(scope, condition, self), scope, self);
    try {
      memoryBudget.require(watchedScopes.values(), watched, condition);
      Waiter created = new Waiter(source.clock().boottimeNs(), uid, backlog, onClose);
      add(watched, condition, created);
      return created;
    } catch (RuntimeException | TooManyWaitersException e) {
      dropIfUnused(watched);
      throw e;
    }
  }

  /** The watched of that key that is still of use, or a new one. Takes the scope. */
  private WatchedScope findOrCreate(WatchedScope.Key key, Scope scope, Subject self) {
    WatchedScope watched = watchedScopes.get(key);
    // An ended one tells nothing more; a zombie can be waited for anew, and is told at once.
    if (watched != null && !watched.isEnded()) {
      scope.close();
      return watched;
    }
    WatchedScope created = new WatchedScope(key, scope, self, source.clock().boottimeNs());
    watchedScopes.put(key, created);
    return created;
  }

  private void add(WatchedScope watched, Condition condition, Waiter waiter) {
    if (watched.isEmpty()) {
      watchExit(watched);
    }
    boolean isHappening = Happenings.isOf(watched.scope(), condition.metric());
    if (isHappening && happenings == null) {
      happenings = new Happenings(source, pool, options.finestTickNs(), listener::happened);
    }
    Alarm alarm = watched.alarmFor(condition, waiter.openedNs());
    boolean isNew = alarm.waiters().isEmpty();
    alarm.add(waiter);
    waiters.add(waiter, new Waiters.Place(watched, alarm));
    if (isHappening) {
      happenings.add(watched.scope());
    }
    if (Deadlocks.isOf(watched.scope())) {
      deadlocks.add(waiter);
    }
    if (isNew) {
      watchFigure(watched, alarm);
    }
  }

  private void watchExit(WatchedScope watched) {
    watched
        .scope()
        .process()
        .flatMap(ref -> source.events().onExit(ref, exit -> listener.exited(watched, exit)))
        .ifPresent(watched::setExitWatch);
  }

  /** Lets the kernel say when a look is worth while, where it can. */
  private void watchFigure(WatchedScope watched, Alarm alarm) {
    Runnable raised = () -> listener.raised(watched, alarm);
    Optional.ofNullable(alarm.figure().reading())
        .flatMap(Reading::push)
        .flatMap(push -> push.watch(source.events(), watched.scope(), alarm.condition(), raised))
        .ifPresent(alarm::setKernelWatch);
  }

  /** One waiter less; one that isn't there is none. */
  void remove(Waiter waiter) {
    Waiters.Place place = waiters.remove(waiter);
    if (place == null) {
      return;
    }
    WatchedScope watched = place.watched();
    Alarm alarm = place.alarm().current();
    boolean isHappening = Happenings.isOf(watched.scope(), alarm.condition().metric());
    if (isHappening && happenings.removeIsLast(watched.scope())) {
      happenings.close();
      happenings = null;
    }
    deadlocks.remove(waiter);
    watched.remove(alarm, waiter);
    dropIfUnused(watched);
  }

  private void dropIfUnused(WatchedScope watched) {
    if (watched.isEmpty()) {
      watchedScopes.remove(watched.key(), watched);
      watched.close();
    }
  }

  /**
   * The rate of a counter since it was last sampled for somebody.
   *
   * @return in the metric's unit; NaN where there is no such sample
   */
  double recentRate(Metric metric, Reading reading, Subject subject, double counter, long nowNs) {
    for (WatchedScope watched : watchedScopes.values()) {
      double rate =
          watched.type() == reading.type()
              ? watched.recentRate(metric, subject, counter, nowNs)
              : Double.NaN;
      if (!Double.isNaN(rate)) {
        return metric.rate(rate);
      }
    }
    return Double.NaN;
  }
}
