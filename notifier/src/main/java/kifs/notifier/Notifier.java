package kifs.notifier;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Detail;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.SourceKind;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.EntityNames;
import kifs.notifier.entity.EntityVanishedException;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.happening.Deadlocks;
import kifs.notifier.happening.Happenings;
import kifs.notifier.history.History;
import kifs.notifier.history.HistoryMetric;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.metric.RecentRate;
import kifs.notifier.pace.Turns;
import kifs.notifier.sampling.Alarm;
import kifs.notifier.sampling.Findings;
import kifs.notifier.sampling.Reporting;
import kifs.notifier.sampling.SamplePlan;
import kifs.notifier.sampling.Sampling;
import kifs.notifier.sampling.Schedule;
import kifs.notifier.sampling.WatchedScope;
import kifs.notifier.waiting.Audience;
import kifs.notifier.waiting.Subscription;
import kifs.notifier.waiting.Waiter;
import org.jspecify.annotations.Nullable;

/**
 * Watches conditions for subscribers. Thread-safe.
 *
 * <p>One thread runs turns, and sleeps while there are no waiters. A turn handles what the kernel
 * has pushed, takes the samples that are due, and wakes the waiters that got an event. Equal
 * conditions on equal scopes are evaluated once; all conditions on any process of the host share
 * one pass.
 *
 * <p><b>Locks.</b> A thread that holds a lock of this list may only acquire locks further down:
 *
 * <ol>
 *   <li>the notifier's lock. It guards the {@link Registry} and all that it reaches (watched
 *       scopes, figures, alarms, entities), {@link Schedule}, {@link Sampling} except for its
 *       reading, and {@link Reporting}. It is held for computation, for watches that begin or end,
 *       and for reads of single records; never during a pass over the host
 *   <li>the monitor of the {@link History}. It is held while a pass is evaluated, and for reads of
 *       what is known of entities; never during a pass
 *   <li>the locks of the source, of {@link Turns}, and of each {@link Waiter}. None of these is
 *       acquired under another one
 * </ol>
 *
 * <p>{@code Backlog} and the queues that kernel threads fill ({@code pendingPushes} and the one of
 * {@link Happenings}) have no locks. The state of {@code Happenings.take} belongs to the thread
 * that runs the turns. A source holds none of its locks when it calls a listener, so a listener may
 * acquire the notifier's lock. The notifier holds no lock when it wakes waiters, so a waiter may
 * close its subscription.
 */
public final class Notifier implements AutoCloseable {
  private final KernelSource source;
  private final ChunkPool pool;
  private final History history;
  private final Schedule schedule;
  private final Sampling sampling;
  private final Reporting reporting;
  private final @Nullable Turns turns;
  private final Object lock = new Object();
  private final Registry registry;

  /**
   * What the kernel has pushed and no turn has handled yet. Threads of the source add, turns
   * remove.
   */
  private final Queue<Runnable> pendingPushes = new ConcurrentLinkedQueue<>();

  /** The number of pushes so far. */
  private final AtomicLong pushed = new AtomicLong();

  /** Guarded by the lock. */
  private boolean closed;

  /** Starts a notifier with a thread of its own, and without a history. */
  public static Notifier start(
      KernelSource source, ChunkPool pool, EntityNames names, NotifierOptions options) {
    return start(source, pool, names, options, History.off(source));
  }

  /**
   * Starts a notifier with a thread of its own.
   *
   * @param source the kernel, with the records of its history
   * @param names names entities in events
   * @param history the notifier takes its samples
   */
  public static Notifier start(
      KernelSource source,
      ChunkPool pool,
      EntityNames names,
      NotifierOptions options,
      History history) {
    return new Notifier(source, pool, names, options, history, true);
  }

  /**
   * Creates a notifier without a thread: the caller runs its turns by {@link #turn}. For tests in
   * virtual time.
   */
  public static Notifier manual(
      KernelSource source, ChunkPool pool, EntityNames names, NotifierOptions options) {
    return manual(source, pool, names, options, History.off(source));
  }

  /** Creates a notifier with a history, but without a thread. */
  public static Notifier manual(
      KernelSource source,
      ChunkPool pool,
      EntityNames names,
      NotifierOptions options,
      History history) {
    return new Notifier(source, pool, names, options, history, false);
  }

  private Notifier(
      KernelSource source,
      ChunkPool pool,
      EntityNames names,
      NotifierOptions options,
      History history,
      boolean driven) {
    this.source = source;
    this.pool = pool;
    this.history = history;
    this.schedule = new Schedule(source.clock(), options.minTickNs());
    this.reporting = new Reporting(source, names, options.ownPid());
    this.sampling =
        new Sampling(
            source, pool, schedule, reporting, HistoryOddities.of(history), options.ownPid());
    this.registry = new Registry(source, pool, options, schedule.deadlocks(), new PushListener());
    this.turns = driven ? Turns.start(source.clock(), this::turn) : null;
    if (history.isOn()) {
      wakeLoop();
    }
  }

  /**
   * Begins to wait, for a client that may get every event; see {@link #subscribe(Scope, Condition,
   * long, Audience)}.
   */
  public Subscription subscribe(Scope scope, Condition condition, long uid)
      throws EntityVanishedException, TooManyWaitersException, NotReportedException {
    return subscribe(scope, condition, uid, Audience.EVERYTHING);
  }

  /**
   * Begins to wait. The notifier closes the scope, also if this fails.
   *
   * @param audience decides which events the subscription may get
   * @param uid user to whose number of waiters the subscription counts
   * @throws EntityVanishedException if the scope's entity has vanished
   * @throws TooManyWaitersException if the notifier is closed, or has no capacity for another
   *     waiter in all, for this user, or for this condition
   * @throws NotReportedException if this kernel or source can't report such events
   */
  public Subscription subscribe(Scope scope, Condition condition, long uid, Audience audience)
      throws EntityVanishedException, TooManyWaitersException, NotReportedException {
    Subject self;
    try {
      requireReported(scope, condition.metric());
      self = scope.identify();
      requireOfGroup(scope, condition.metric());
    } catch (EntityVanishedException | NotReportedException | RuntimeException e) {
      scope.close();
      throw e;
    }
    Waiter waiter;
    synchronized (lock) {
      if (closed) {
        scope.close();
        throw new TooManyWaitersException("the notifier is closed");
      }
      waiter = registry.add(scope, self, condition, uid, audience, this::remove);
    }
    wakeLoop();
    return waiter;
  }

  /** Refuses a metric for which no event could ever be reported. */
  private void requireReported(Scope scope, Metric metric) throws NotReportedException {
    if (source.kind() == SourceKind.CAPTURE) {
      throw new NotReportedException("this is the past, in which nothing happens any more");
    }
    KernelEvents.ProcessEvent.Kind event = metric.event();
    if (event != null
        && Happenings.isOf(scope, metric)
        && !Happenings.isFoundByScan(scope, event)
        && !source.events().supportedKinds().contains(event)) {
      throw new NotReportedException(
          "this kernel, or this source, doesn't report " + metric + "; see about");
    }
    if (Deadlocks.isOf(scope) && source.fields(WaitRecord.TYPE, Detail.FULL) == 0) {
      throw new NotReportedException("this source doesn't report what threads wait for; see about");
    }
    Reading reading = metric.reading(scope.kind());
    if (reading != null && (reading.fields() & ~source.fields(reading.type(), Detail.FULL)) != 0) {
      throw new NotReportedException(
          metric.isOfHistory()
              ? "there is no history, so nothing is known to be unusual; see --history="
              : "this kernel doesn't provide " + metric + "; see about");
    }
  }

  /**
   * Refuses a metric that a cgroup doesn't have, because the controller of the metric is off there
   * or in another hierarchy. The condition would never be met.
   */
  private void requireOfGroup(Scope scope, Metric metric) throws NotReportedException {
    Reading reading = metric.reading(scope.kind());
    if (scope.kind() != EntityKind.CGROUP || scope.range() != Scope.Range.ONE || reading == null) {
      return;
    }
    // Without a limit there is no percentage (docs/notify.md 3.5), but the group may get a limit.
    long needed =
        reading
            .ownLimit()
            .map(limit -> reading.fields() & ~limit.field().bit())
            .orElse(reading.fields());
    Record group = Record.allocate(reading.type());
    if (scope.read(source, needed, group) && (group.absent() & needed) != 0) {
      throw new NotReportedException(
          "this group has no " + metric + "; its controller is off here, or in another hierarchy");
    }
  }

  /**
   * Removes a closed waiter. The loop is not woken: the turn that is planned finds less to do, or
   * nothing.
   */
  private void remove(Waiter waiter) {
    synchronized (lock) {
      registry.remove(waiter);
    }
  }

  /** Receives what the kernel pushes, in threads of the source. */
  private final class PushListener implements Registry.Listener {
    /**
     * Reports the exit in the calling thread where that is possible. Waits for an exit are
     * frequent, and this saves waking another thread.
     */
    @Override
    public void exited(WatchedScope watched, KernelEvents.Exit exit) {
      pushed.incrementAndGet();
      // If the process exited before the watch was registered, this runs inside
      // subscribe(), which holds the lock and has not yet added the waiter. The next
      // turn handles the exit then.
      boolean inTurn = turns == null || Thread.holdsLock(lock);
      synchronized (lock) {
        // Earlier events of the process may still be queued. They must be reported
        // first, so the next turn handles the exit.
        inTurn |= registry.happenings() != null && watched.type() == null;
      }
      if (inTurn) {
        pendingPushes.add(() -> end(watched, exit));
        wakeLoop();
      } else {
        end(watched, exit);
      }
    }

    @Override
    public void happened() {
      pushed.incrementAndGet();
      wakeLoop();
    }

    @Override
    public void raised(WatchedScope watched, Alarm alarm) {
      pushed.incrementAndGet();
      pendingPushes.add(() -> makeDue(watched, alarm));
      wakeLoop();
    }
  }

  private void makeDue(WatchedScope watched, Alarm alarm) {
    synchronized (lock) {
      if (registry.has(watched)) {
        alarm.figure().makeDue(source.clock().boottimeNs());
      }
    }
  }

  private void end(WatchedScope watched, KernelEvents.Exit exit) {
    List<Waiter> wake = new ArrayList<>();
    synchronized (lock) {
      reporting.reportEnd(watched, exit.status(), wake);
    }
    Waiter.wakeAll(wake);
  }

  /**
   * Runs one turn: handles what the kernel has pushed, then takes the samples that are due. Only
   * one thread at a time may call this.
   *
   * @return boot time at which the next turn is due; {@code Long.MAX_VALUE}: not before the kernel
   *     pushes something or a waiter comes
   */
  public long turn() {
    Happenings current;
    synchronized (lock) {
      current = registry.happenings();
    }
    // Queued events come before the ends of single processes, because they happened
    // before.
    if (current != null) {
      report(current);
    }
    for (Runnable next = pendingPushes.poll(); next != null; next = pendingPushes.poll()) {
      next.run();
    }
    // Single entities come first: they are quick to read, but a pass over the host may be
    // slow.
    sample(false);
    sample(true);
    reportDeadlocks();
    synchronized (lock) {
      long dueNs =
          Math.min(schedule.nextDueNs(registry.watchedScopes()), registry.deadlocks().dueNs());
      dueNs = Math.min(dueNs, history.dueNs());
      Happenings happenings = registry.happenings();
      return happenings == null ? dueNs : Math.min(dueNs, happenings.dueNs());
    }
  }

  private void sample(boolean hostWide) {
    List<SamplePlan> plans;
    synchronized (lock) {
      plans = schedule.plan(registry.watchedScopes(), hostWide, source.clock().boottimeNs());
    }
    if (plans.isEmpty()) {
      sampleHistory(hostWide);
      return;
    }
    List<Waiter> wake = new ArrayList<>();
    boolean joins = hostWide && history.mayJoin(source.clock().boottimeNs());
    try (Findings findings = sampling.collect(plans, joins ? history.query() : null)) {
      if (findings.shared().isPresent()) {
        history.take(findings.nowNs(), findings.shared().get());
        makeHistoryDue();
      } else {
        sampleHistory(hostWide);
      }
      synchronized (lock) {
        sampling.evaluate(findings, wake);
      }
    }
    Waiter.wakeAll(wake);
  }

  /** Takes a sample of the history by a pass of its own, if one is due. */
  private void sampleHistory(boolean hostWide) {
    if (hostWide && history.isDue(source.clock().boottimeNs())) {
      history.sample(pool);
      makeHistoryDue();
    }
  }

  private void makeHistoryDue() {
    synchronized (lock) {
      long nowNs = source.clock().boottimeNs();
      registry.watchedScopes().forEach(watched -> watched.makeHistoryDue(nowNs));
    }
  }

  /** The history of this kernel. */
  public History history() {
    return history;
  }

  private void reportDeadlocks() {
    Deadlocks deadlocks = registry.deadlocks();
    synchronized (lock) {
      if (deadlocks.dueNs() > source.clock().boottimeNs()) {
        return;
      }
      deadlocks.begin();
    }
    List<Deadlocks.Deadlock> found = deadlocks.sample();
    List<Waiter> wake = new ArrayList<>();
    synchronized (lock) {
      deadlocks.end();
      for (WatchedScope watched : registry.watchedScopes()) {
        if (Deadlocks.isOf(watched.scope())) {
          reporting.reportDeadlocks(watched, found, deadlocks, wake);
        }
      }
    }
    Waiter.wakeAll(wake);
  }

  /** Reports what has happened to processes since the last turn. */
  private void report(Happenings current) {
    Happenings.Collected collected = current.collect();
    if (collected.isEmpty()) {
      return;
    }
    List<Waiter> wake = new ArrayList<>();
    synchronized (lock) {
      for (WatchedScope watched : registry.watchedScopes()) {
        if (watched.type() == null && !watched.isEnded()) {
          reporting.reportHappenings(watched, collected.before(), wake);
          reporting.reportLosses(watched, collected.lost());
          reporting.reportHappenings(watched, collected.after(), wake);
        }
      }
    }
    Waiter.wakeAll(wake);
  }

  /**
   * The rate of a process's, thread's or cgroup's counter in the last interval of the history;
   * where there is no history, since the notifier last sampled it for any waiter.
   *
   * @param record contains the metric's fields and the entity's identity fields
   * @return in the metric's unit; empty if there is no such sample
   */
  public Optional<RecentRate> recent(
      Metric metric, EntityKind kind, int pid, int tid, Record record) {
    Reading reading =
        requireNonNull(metric.reading(kind), "an event that only the kernel reports has no rate");
    long nowNs = source.clock().boottimeNs();
    double counter = reading.read(record, nowNs);
    Subject subject =
        switch (kind) {
          case SYSTEM, LOCKS, SHM -> Subject.HOST;
          case CGROUP -> Identity.of(record.type()).subject(record);
          case PROCESS, THREAD -> Identity.of(record.type()).subject(pid, tid, record);
        };
    Optional<RecentRate> last =
        metric.name().equals(HistoryMetric.CPU) && reading.type() == kind.type() && pid != 0
            ? history.cpu(pid, tid, subject.bornNs())
            : Optional.empty();
    if (last.isPresent()) {
      return last;
    }
    synchronized (lock) {
      return registry.recent(metric, reading, subject, counter, nowNs);
    }
  }

  private void wakeLoop() {
    if (turns != null) {
      turns.wake();
    }
  }

  /** Changes the maximum numbers of waiters. Those that wait already stay. */
  public void limitWaiters(int max, int maxPerUser) {
    synchronized (lock) {
      registry.waiters().limit(max, maxPerUser);
    }
  }

  /** The notifier's present state. */
  public NotifierStatus status() {
    synchronized (lock) {
      return new NotifierStatus(
          registry.waiters().size(),
          registry.waiters().countByUser(),
          registry.waiters().max(),
          registry.waiters().maxPerUser(),
          registry.backlog().waiting(),
          registry.backlog().lost(),
          registry.conditionCount(),
          pushed.get(),
          schedule.tickNs(),
          schedule.samples(),
          schedule.lateTicks(),
          schedule.worstLateNs(),
          schedule.samplingNs());
    }
  }

  /**
   * Ends every subscription and wakes its client. Waits at most five seconds for the present turn.
   */
  @Override
  public void close() {
    List<Waiter> open;
    synchronized (lock) {
      // A client that is woken here may close the notifier again.
      open = closed ? List.of() : registry.waiters().all();
      closed = true;
    }
    open.forEach(Waiter::end);
    Waiter.wakeAll(open);
    open.forEach(Waiter::close);
    if (turns != null) {
      turns.end();
    }
  }
}
