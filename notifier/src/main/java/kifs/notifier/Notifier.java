package kifs.notifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.query.Detail;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityGoneException;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.EntityNames;
import kifs.notifier.entity.Identity;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.happening.Deadlocks;
import kifs.notifier.happening.Happening;
import kifs.notifier.happening.Happenings;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.Reading;
import kifs.notifier.pace.Turns;
import kifs.notifier.sampling.Alarm;
import kifs.notifier.sampling.Findings;
import kifs.notifier.sampling.Look;
import kifs.notifier.sampling.Sampling;
import kifs.notifier.sampling.Schedule;
import kifs.notifier.sampling.Telling;
import kifs.notifier.sampling.WatchedScope;
import kifs.notifier.waiting.Subscription;
import kifs.notifier.waiting.Waiter;

/**
 * Watches conditions for those who subscribe. Thread-safe.
 *
 * <p>One thread works in turns, and sleeps while nobody waits. A turn takes in what the kernel has
 * reported, samples what is due, and wakes the waiters that got an event. Equal conditions on equal
 * scopes are evaluated once; all conditions on any process of the host share one pass.
 *
 * <p><b>Locks.</b> A thread that holds a lock of this list may only take locks further down:
 *
 * <ol>
 *   <li>the notifier's lock: one for the {@link Registry} and all it reaches (watchedScopes,
 *       figure, alarms, entities), {@link Schedule}, {@link Sampling} but for its reading, and
 *       {@link Telling}. It is held for computation, for watches that begin or end, and for reads
 *       of single records; never during a pass over the host
 *   <li>the locks of the source, of {@link Turns}, and of each {@link Waiter}. None of these is
 *       taken under another one
 * </ol>
 *
 * <p>{@code Backlog} and the queues that the kernel's threads fill ({@code told} and that of {@link
 * Happenings}) have no locks. What {@code Happenings.take} works on belongs to the thread that
 * takes turns. A source holds none of its locks when it calls a listener, so that a listener may
 * take the notifier's. The notifier holds none when it wakes waiters, so that a waiter may close
 * its subscription.
 */
public final class Notifier implements AutoCloseable {
  private final KernelSource source;
  private final Schedule schedule;
  private final Sampling sampling;
  private final Telling telling;
  private final Turns turns;
  private final Object lock = new Object();
  private final Registry registry;

  /** What the kernel told and nobody has taken in yet. Kernel threads add, turns take. */
  private final Queue<Runnable> pendingPushes = new ConcurrentLinkedQueue<>();

  private final AtomicLong pushed = new AtomicLong();
  private boolean closed;

  /**
   * A notifier with a thread of its own.
   *
   * @param names what events call entities
   */
  public static Notifier start(
      KernelSource source, ChunkPool pool, EntityNames names, NotifierOptions options) {
    return new Notifier(source, pool, names, options, true);
  }

  /** A notifier whose turns are taken by calling {@link #turn}: for virtual time. */
  public static Notifier manual(
      KernelSource source, ChunkPool pool, EntityNames names, NotifierOptions options) {
    return new Notifier(source, pool, names, options, false);
  }

  private Notifier(
      KernelSource source,
      ChunkPool pool,
      EntityNames names,
      NotifierOptions options,
      boolean driven) {
    this.source = source;
    this.schedule = new Schedule(source.clock(), options.finestTickNs());
    this.telling = new Telling(source, names);
    this.sampling = new Sampling(source, pool, schedule, telling);
    this.registry = new Registry(source, pool, options, new PushListener());
    this.turns = driven ? Turns.start(source.clock(), this::turn) : null;
  }

  /**
   * Begins to wait. The scope is the notifier's from now on, whatever the outcome.
   *
   * @param uid on whose account the waiter is
   * @throws EntityGoneException if the scope's entity isn't there any more
   * @throws TooManyWaitersException if the notifier is full, for all or for that user, or closed
   * @throws NotToldException if it is about something that this kernel doesn't report
   */
  public Subscription subscribe(Scope scope, Condition condition, long uid)
      throws EntityGoneException, TooManyWaitersException, NotToldException {
    Subject self;
    try {
      requireReported(scope, condition.metric());
      self = scope.identify();
    } catch (EntityGoneException | NotToldException | RuntimeException e) {
      scope.close();
      throw e;
    }
    Waiter waiter;
    synchronized (lock) {
      if (closed) {
        scope.close();
        throw new TooManyWaitersException("nobody can wait any more");
      }
      waiter = registry.add(scope, self, condition, uid, this::remove);
    }
    wakeLoop();
    return waiter;
  }

  /** Refuses a metric that no event would ever come of. */
  private void requireReported(Scope scope, Metric metric) throws NotToldException {
    if (Happenings.isOf(scope, metric)
        && !Happenings.isSeenWithoutWord(scope, metric.event())
        && !source.events().told().contains(metric.event())) {
      throw new NotToldException("this kernel doesn't report of " + metric);
    }
    if (Deadlocks.isOf(scope) && source.fields(WaitRecord.TYPE, Detail.FULL) == 0) {
      throw new NotToldException("here nobody tells what threads wait for");
    }
    Reading reading = metric.reading(scope.kind());
    if (reading != null && (reading.fields() & ~source.fields(reading.type(), Detail.FULL)) != 0) {
      throw new NotToldException("this kernel doesn't give " + metric);
    }
  }

  /** The turn that was planned finds that less is due, or nothing. */
  private void remove(Waiter waiter) {
    synchronized (lock) {
      registry.remove(waiter);
    }
  }

  /** Takes in what the kernel tells, by threads of the kernel's. */
  private final class PushListener implements Registry.Listener {
    /** Hands the exit out at once where that can be: a thread less to wake for a frequent wait. */
    @Override
    public void exited(WatchedScope watched, KernelEvents.Exit exit) {
      pushed.incrementAndGet();
      // If the process exited before the watch was registered, this runs inside subscribe(), which
      // holds the lock and has not yet added the waiter. Leave it to the next turn.
      boolean inTurn = turns == null || Thread.holdsLock(lock);
      synchronized (lock) {
        // What happened to the process before may still be queued for the next turn.
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
      telling.reportEnd(watched, exit.status(), wake);
    }
    Waiter.wakeAll(wake);
  }

  /**
   * Takes one turn: takes in what the kernel told, then looks at what is due.
   *
   * @return boot time at which the next turn is due; {@code Long.MAX_VALUE}: when something comes
   */
  public long turn() {
    Happenings current;
    synchronized (lock) {
      current = registry.happenings();
    }
    // Before the ends of single processes: what happened to one came before that.
    if (current != null) {
      report(current);
    }
    for (Runnable next = pendingPushes.poll(); next != null; next = pendingPushes.poll()) {
      next.run();
    }
    // Single entities first: they are quick to read, and a pass over the host may not be.
    sample(false);
    sample(true);
    lookForDeadlocks();
    synchronized (lock) {
      long dueNs =
          Math.min(schedule.nextDueNs(registry.watchedScopes()), registry.deadlocks().dueNs());
      Happenings happenings = registry.happenings();
      return happenings == null ? dueNs : Math.min(dueNs, happenings.dueNs());
    }
  }

  private void sample(boolean hostWide) {
    List<Look> looks;
    synchronized (lock) {
      looks = schedule.plan(registry.watchedScopes(), hostWide, source.clock().boottimeNs());
    }
    if (looks.isEmpty()) {
      return;
    }
    List<Waiter> wake = new ArrayList<>();
    try (Findings findings = sampling.collect(looks)) {
      synchronized (lock) {
        sampling.evaluate(findings, wake);
      }
    }
    Waiter.wakeAll(wake);
  }

  private void lookForDeadlocks() {
    Deadlocks deadlocks = registry.deadlocks();
    synchronized (lock) {
      if (deadlocks.dueNs() > source.clock().boottimeNs()) {
        return;
      }
      deadlocks.begin();
    }
    List<Deadlocks.Deadlock> found = deadlocks.look();
    List<Waiter> wake = new ArrayList<>();
    synchronized (lock) {
      deadlocks.end();
      for (WatchedScope watched : registry.watchedScopes()) {
        if (Deadlocks.isOf(watched.scope())) {
          telling.reportDeadlocks(watched, found, deadlocks, wake);
        }
      }
    }
    Waiter.wakeAll(wake);
  }

  /** Tells who waits for what happens to processes. */
  private void report(Happenings current) {
    List<Happening> happened = current.take();
    long lost = current.takeLost();
    if (happened.isEmpty() && lost == 0) {
      return;
    }
    List<Waiter> wake = new ArrayList<>();
    synchronized (lock) {
      for (WatchedScope watched : registry.watchedScopes()) {
        if (watched.type() == null && !watched.isEnded()) {
          telling.reportHappenings(watched, happened, lost, wake);
        }
      }
    }
    Waiter.wakeAll(wake);
  }

  /**
   * The rate of a process's or thread's counter since kifs last sampled it for somebody.
   *
   * @param record with the metric's fields and the entity's start
   * @return in the metric's unit; NaN where there is no such sample
   */
  public double recentRate(Metric metric, EntityKind kind, int pid, int tid, Record record) {
    Reading reading = metric.reading(kind);
    long nowNs = source.clock().boottimeNs();
    double counter = reading.read(record, nowNs);
    Subject subject =
        switch (kind) {
          case SYSTEM, LOCKS, SHM -> Subject.HOST;
          case PROCESS, THREAD -> Identity.of(record.type()).subject(pid, tid, record);
        };
    synchronized (lock) {
      return registry.recentRate(metric, reading, subject, counter, nowNs);
    }
  }

  private void wakeLoop() {
    if (turns != null) {
      turns.nudge();
    }
  }

  public NotifierStatus status() {
    synchronized (lock) {
      return new NotifierStatus(
          registry.waiters().size(),
          registry.conditionCount(),
          pushed.get(),
          schedule.tickNs(),
          schedule.samples(),
          schedule.lateTicks(),
          schedule.worstLateNs(),
          schedule.samplingNs());
    }
  }

  /** Ends every subscription. */
  @Override
  public void close() {
    List<Waiter> open;
    synchronized (lock) {
      // A listener that is woken by this may close it again.
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
