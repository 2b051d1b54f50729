package kifs.notifier;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.happening.Deadlocks;
import kifs.notifier.happening.Happenings;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.metric.RecentRate;
import kifs.notifier.pace.Lane;
import kifs.notifier.sampling.Alarm;
import kifs.notifier.sampling.WatchedScope;
import kifs.notifier.waiting.Audience;
import kifs.notifier.waiting.Backlog;
import kifs.notifier.waiting.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * The waiters, the scopes and conditions that they wait for, and the watches that the kernel keeps
 * for them. Waiters with equal conditions on equal scopes share one {@link Alarm}. Guarded by the
 * notifier's lock.
 */
final class Registry {
  /** Receives what the kernel pushes. Threads of the source call it, without the source's locks. */
  interface Listener {
    /** The process of the watched scope has exited. */
    void exited(WatchedScope watched, KernelEvents.Exit exit);

    /** Something has happened to some process: a turn must take it from {@link #happenings}. */
    void happened();

    /**
     * The figure of this alarm should be sampled now, because it may have crossed the threshold.
     */
    void raised(WatchedScope watched, Alarm alarm);
  }

  /**
   * Maximum number of queued events of all waiters, about 20 MB. The first event of each waiter is
   * not counted against it.
   */
  static final int MAX_QUEUED_EVENTS = 100_000;

  private final KernelSource source;
  private final ChunkPool pool;
  private final NotifierOptions options;
  private final Listener listener;
  private final Map<WatchedScope.Key, WatchedScope> watchedScopes = new LinkedHashMap<>();
  private final Waiters waiters;
  private final Deadlocks deadlocks;
  private final MemoryBudget memoryBudget;
  private final Backlog backlog = new Backlog(MAX_QUEUED_EVENTS);

  /** Null unless a waiter waits for something that happens to processes. */
  private @Nullable Happenings happenings;

  /**
   * @param deadlocks the timing of searches for deadlocks
   */
  Registry(
      KernelSource source,
      ChunkPool pool,
      NotifierOptions options,
      Lane deadlocks,
      Listener listener) {
    this.source = source;
    this.pool = pool;
    this.options = options;
    this.listener = listener;
    this.waiters = new Waiters(options);
    this.memoryBudget = new MemoryBudget(source, options.maxKeptBytes());
    this.deadlocks = new Deadlocks(source, pool, options.minTickNs(), deadlocks);
  }

  Collection<WatchedScope> watchedScopes() {
    return watchedScopes.values();
  }

  Waiters waiters() {
    return waiters;
  }

  Backlog backlog() {
    return backlog;
  }

  Deadlocks deadlocks() {
    return deadlocks;
  }

  /** Null unless a waiter waits for something that happens to processes. */
  @Nullable Happenings happenings() {
    return happenings;
  }

  /** Whether this watched scope still has waiters. */
  boolean has(WatchedScope watched) {
    return watchedScopes.get(watched.key()) == watched;
  }

  /** The number of distinct conditions of all scopes. */
  int conditionCount() {
    return watchedScopes.values().stream().mapToInt(WatchedScope::conditionCount).sum();
  }

  /**
   * Adds a waiter. The registry closes the scope, also if this fails.
   *
   * @param self the entity that the scope is, or lies within
   * @param onClose called with the waiter each time it is closed
   * @throws TooManyWaitersException if there is no capacity for another waiter
   */
  Waiter add(
      Scope scope,
      Subject self,
      Condition condition,
      long uid,
      Audience audience,
      Consumer<Waiter> onClose)
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
      boolean isOfAny = scope.range() == Scope.Range.EACH || scope.kind() == EntityKind.SYSTEM;
      int maxEvents = isOfAny ? Waiter.MAX_EVENTS_OF_ANY : Waiter.MAX_EVENTS;
      Waiter created =
          new Waiter(source.clock().boottimeNs(), uid, audience, maxEvents, backlog, onClose);
      try {
        add(watched, condition, created);
      } catch (RuntimeException | Error e) {
        // For example, the system refuses the thread of a watch.
        remove(created);
        throw e;
      }
      return created;
    } catch (RuntimeException | Error | TooManyWaitersException e) {
      dropIfUnused(watched);
      throw e;
    }
  }

  /** Returns the watched scope of the key, or creates one. The registry closes the scope. */
  private WatchedScope findOrCreate(WatchedScope.Key key, Scope scope, Subject self) {
    WatchedScope watched = watchedScopes.get(key);
    // A scope that has ended reports nothing more. A zombie can be waited for again: a new
    // watched scope reports its exit at once.
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
    Happenings own = isHappening ? happeningsOrNew() : null;
    Alarm alarm = watched.alarmFor(condition, waiter.openedNs());
    boolean isNew = alarm.waiters().isEmpty();
    alarm.add(waiter);
    waiters.add(waiter, new Waiters.Place(watched, alarm));
    if (own != null) {
      own.add(watched.scope());
    }
    if (Deadlocks.isOf(watched.scope())) {
      deadlocks.add(waiter);
    }
    if (isNew) {
      watchFigure(watched, alarm);
    }
  }

  private Happenings happeningsOrNew() {
    if (happenings == null) {
      happenings = new Happenings(source, pool, options.minTickNs(), listener::happened);
    }
    return happenings;
  }

  private void watchExit(WatchedScope watched) {
    watched
        .scope()
        .process()
        .flatMap(ref -> source.events().onExit(ref, exit -> listener.exited(watched, exit)))
        .ifPresent(watched::setExitWatch);
  }

  /** Asks the kernel, where it can, to say when a sample of the figure is worth while. */
  private void watchFigure(WatchedScope watched, Alarm alarm) {
    Runnable raised = () -> listener.raised(watched, alarm);
    alarm
        .figure()
        .push()
        .flatMap(push -> push.watch(source.events(), watched.scope(), alarm.condition(), raised))
        .ifPresent(alarm::setKernelWatch);
  }

  /** Removes a waiter. Does nothing if the waiter was removed before. */
  void remove(Waiter waiter) {
    Waiters.Place place = waiters.remove(waiter);
    if (place == null) {
      return;
    }
    WatchedScope watched = place.watched();
    Alarm alarm = place.alarm().current();
    boolean isHappening = Happenings.isOf(watched.scope(), alarm.condition().metric());
    if (isHappening && happenings != null && happenings.remove(watched.scope())) {
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
   * The rate of a counter since it was last sampled for any waiter.
   *
   * @return in the metric's unit; empty if there is no such sample
   */
  Optional<RecentRate> recent(
      Metric metric, Reading reading, Subject subject, double counter, long nowNs) {
    return watchedScopes.values().stream()
        .filter(watched -> watched.type() == reading.type())
        .flatMap(watched -> Stream.ofNullable(watched.recent(metric, subject, counter, nowNs)))
        .findFirst()
        .map(recent -> new RecentRate(metric.rate(recent.rate()), recent.overNs()));
  }
}
