package kifs.notifier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.record.Record;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;

/**
 * Watches conditions for whoever subscribes. Thread-safe.
 *
 * <p>Work is done in turns by one thread, which lives only while somebody waits: it takes in what
 * the kernel told, samples what is due, and wakes who is concerned. Equal conditions on equal
 * scopes are one evaluation; all conditions on any process of the host share one pass.
 */
public final class Notifier implements AutoCloseable {
  private final KernelSource source;
  private final NotifierOptions options;
  private final Schedule schedule;
  private final Sampling sampling;
  private final Telling telling;
  private final ChunkPool pool;
  private final Turns turns;
  private final Object lock = new Object();
  private final Map<Target.Key, Target> targets = new LinkedHashMap<>();
  private final Waiters waiters;

  /** What the kernel told and nobody has taken in yet. Kernel threads add, turns take. */
  private final Queue<Runnable> told = new ConcurrentLinkedQueue<>();

  private final AtomicLong pushed = new AtomicLong();
  private Happenings happenings;
  private final Deadlocks deadlocks;
  private boolean closed;

  /** A notifier with a thread of its own. */
  public static Notifier start(KernelSource source, ChunkPool pool, NotifierOptions options) {
    return new Notifier(source, pool, options, true);
  }

  /** A notifier whose turns are taken by calling {@link #turn}: for virtual time. */
  public static Notifier manual(KernelSource source, ChunkPool pool, NotifierOptions options) {
    return new Notifier(source, pool, options, false);
  }

  private Notifier(KernelSource source, ChunkPool pool, NotifierOptions options, boolean driven) {
    this.source = source;
    this.pool = pool;
    this.options = options;
    this.turns = driven ? new Turns(source.clock(), this::turn, this::isIdle) : null;
    this.schedule = new Schedule(options.finestTickNs());
    this.waiters = new Waiters(options);
    this.telling = new Telling(source);
    this.deadlocks = new Deadlocks(source, pool, options.finestTickNs());
    this.sampling = new Sampling(source, pool, schedule, telling);
  }

  /**
   * Begins to wait. The scope is the notifier's from now on, whatever the outcome.
   *
   * @param uid on whose account the waiter is
   * @throws EntityGoneException if the scope's entity isn't there any more
   * @throws TooManyWaitersException if the notifier is full, for all or for that user, or closed
   * @throws NotToldException if it is about something that this kernel doesn't tell
   */
  public Subscription subscribe(Scope scope, Condition condition, long uid)
      throws EntityGoneException, TooManyWaitersException, NotToldException {
    Subject self;
    try {
      NotToldException.check(source, scope, condition.metric());
      self = Subject.of(scope);
    } catch (EntityGoneException | NotToldException | RuntimeException e) {
      scope.close();
      throw e;
    }
    Subscription subscription;
    synchronized (lock) {
      try {
        waiters.require(uid);
        requireOpen();
      } catch (TooManyWaitersException e) {
        scope.close();
        throw e;
      }
      Target target = target(Target.Key.of(scope, condition, self), scope, self);
      try {
        subscription = add(target, condition, uid);
      } catch (RuntimeException e) {
        dropIfUnused(target);
        throw e;
      }
    }
    nudge();
    return subscription;
  }

  private void requireOpen() throws TooManyWaitersException {
    if (closed) {
      throw new TooManyWaitersException("nobody can wait any more");
    }
  }

  /** The target of that key that is still of use, or a new one. Takes the scope. */
  private Target target(Target.Key key, Scope scope, Subject self) {
    Target target = targets.get(key);
    // An ended one tells nothing more; a zombie can be waited for anew, and is told at once.
    if (target != null && !target.isEnded()) {
      scope.close();
      return target;
    }
    Target made = new Target(key, scope, self, source.clock().boottimeNs());
    targets.put(key, made);
    return made;
  }

  private Subscription add(Target target, Condition condition, long uid) {
    if (target.isEmpty()) {
      watch(target);
    }
    boolean heard = Happenings.isOf(target.scope(), condition.metric());
    if (heard && happenings == null) {
      happenings = new Happenings(source, pool, options.finestTickNs(), this::toldSomething);
    }
    long now = source.clock().boottimeNs();
    Subscription[] self = new Subscription[1];
    Subscription subscription = new Subscription(now, uid, () -> remove(self[0]));
    self[0] = subscription;
    Group group = target.group(condition, now);
    boolean isNew = group.subscribers().isEmpty();
    group.join(subscription);
    waiters.add(subscription, target);
    if (heard) {
      happenings.add(target.scope());
    }
    if (Deadlocks.isOf(target.scope())) {
      deadlocks.add(subscription);
    }
    if (isNew) {
      raise(target, group);
    }
    return subscription;
  }

  private void remove(Subscription subscription) {
    synchronized (lock) {
      Target target = waiters.remove(subscription);
      if (target == null) {
        return;
      }
      boolean heard = Happenings.isOf(target.scope(), subscription.group().condition().metric());
      if (heard && happenings.removeIsLast(target.scope())) {
        happenings.close();
        happenings = null;
      }
      deadlocks.remove(subscription);
      target.leave(subscription);
      dropIfUnused(target);
    }
    nudge();
  }

  private void dropIfUnused(Target target) {
    if (target.isEmpty()) {
      targets.remove(target.key(), target);
      target.close();
    }
  }

  /** Lets the kernel say when a look is worth while, where it can. */
  private void raise(Target target, Group group) {
    Condition condition = group.condition();
    Reading reading = group.series().reading();
    boolean can = reading != null && reading.pressure() != null && condition.isOfShare();
    if (can) {
      long stall = (long) (condition.threshold() / 100 * condition.overNs());
      source
          .events()
          .onPressure(
              reading.pressure(),
              Math.max(1, stall),
              condition.overNs(),
              () -> {
                told.add(() -> makeDue(target, group));
                toldSomething();
              })
          .ifPresent(group::raisedBy);
    }
  }

  private void makeDue(Target target, Group group) {
    synchronized (lock) {
      if (targets.get(target.key()) == target) {
        group.series().makeDue(source.clock().boottimeNs());
      }
    }
  }

  private void watch(Target target) {
    if (target.scope().process() != null) {
      source
          .events()
          .onExit(target.scope().process(), exit -> ended(target, exit))
          .ifPresent(target::watchedBy);
    }
  }

  /** By a thread of the kernel's, which tells it itself: a hop less for what is waited for most. */
  private void ended(Target target, KernelEvents.Exit exit) {
    boolean inTurn;
    synchronized (lock) {
      // What happened to the process before may still be queued for the next turn.
      inTurn = turns == null || happenings != null && target.type() == null;
    }
    if (inTurn) {
      told.add(() -> exited(target, exit));
    } else {
      exited(target, exit);
    }
    toldSomething();
  }

  private void exited(Target target, KernelEvents.Exit exit) {
    List<Subscription> wake = new ArrayList<>();
    synchronized (lock) {
      telling.end(target, exit.status(), wake);
    }
    Subscription.wakeAll(wake);
  }

  /**
   * Takes one turn: takes in what the kernel told, then looks at what is due.
   *
   * @return boot time at which the next turn is due; {@code Long.MAX_VALUE}: when something comes
   */
  public long turn() {
    Happenings current;
    synchronized (lock) {
      current = happenings;
    }
    // Before the ends of single processes: what happened to one came before that.
    if (current != null) {
      tell(current);
    }
    for (Runnable next = told.poll(); next != null; next = told.poll()) {
      next.run();
    }
    // Single entities first: they are quick to read, and a pass over the host may not be.
    look(false);
    look(true);
    lookForDeadlocks();
    synchronized (lock) {
      long due = Math.min(schedule.nextDue(targets.values()), deadlocks.dueNs());
      return happenings == null ? due : Math.min(due, happenings.dueNs());
    }
  }

  private void look(boolean wide) {
    List<Look> looks;
    synchronized (lock) {
      looks = schedule.plan(targets.values(), wide, source.clock().boottimeNs());
    }
    if (looks.isEmpty()) {
      return;
    }
    List<Subscription> wake = new ArrayList<>();
    try (Collected collected = sampling.collect(looks)) {
      synchronized (lock) {
        sampling.evaluate(collected, wake);
      }
    }
    Subscription.wakeAll(wake);
  }

  private void lookForDeadlocks() {
    long began = source.clock().boottimeNs();
    synchronized (lock) {
      if (deadlocks.dueNs() > began) {
        return;
      }
      deadlocks.begin(began);
    }
    List<Deadlocks.Deadlock> standing = deadlocks.look();
    List<Subscription> wake = new ArrayList<>();
    synchronized (lock) {
      deadlocks.end(began, source.clock().boottimeNs());
      for (Target target : targets.values()) {
        if (Deadlocks.isOf(target.scope())) {
          telling.deadlocked(target, standing, deadlocks, wake);
        }
      }
    }
    Subscription.wakeAll(wake);
  }

  /** Tells who waits for what happens to processes. */
  private void tell(Happenings current) {
    List<Happening> happened = current.take();
    long lost = current.takeLost();
    if (happened.isEmpty() && lost == 0) {
      return;
    }
    List<Subscription> wake = new ArrayList<>();
    synchronized (lock) {
      for (Target target : targets.values()) {
        if (target.type() == null && !target.isEnded()) {
          telling.happened(target, happened, lost, wake);
        }
      }
    }
    Subscription.wakeAll(wake);
  }

  /**
   * The rate of a process's or thread's counter since kifs last sampled it for somebody.
   *
   * @param record with the metric's fields and the entity's start
   * @return in the metric's unit; NaN where there is no such sample
   */
  public double recentRate(Metric metric, EntityKind kind, int pid, int tid, Record record) {
    Reading reading = metric.reading(kind);
    long now = source.clock().boottimeNs();
    double counter = reading.of(record, now);
    Subject subject =
        switch (kind) {
          case SYSTEM, LOCKS, SHM -> Subject.WHOLE;
          case PROCESS, THREAD -> Identity.of(record.type()).subject(pid, tid, record);
        };
    synchronized (lock) {
      for (Target target : targets.values()) {
        double rate =
            target.type() == reading.type()
                ? target.recent(metric, subject, counter, now)
                : Double.NaN;
        if (!Double.isNaN(rate)) {
          return metric.rate(rate);
        }
      }
    }
    return Double.NaN;
  }

  /** By threads of the kernel's. */
  private void toldSomething() {
    pushed.incrementAndGet();
    nudge();
  }

  private void nudge() {
    if (turns != null) {
      turns.nudge();
    }
  }

  private boolean isIdle() {
    synchronized (lock) {
      return waiters.isEmpty() && told.isEmpty();
    }
  }

  public NotifierStatus status() {
    synchronized (lock) {
      int conditions = targets.values().stream().mapToInt(Target::conditions).sum();
      return schedule.status(waiters.size(), conditions, pushed.get());
    }
  }

  /** Ends every subscription. */
  @Override
  public void close() {
    List<Subscription> open;
    synchronized (lock) {
      // A listener that is woken by this may close it again.
      open = closed ? List.of() : waiters.all();
      closed = true;
    }
    open.forEach(Subscription::end);
    Subscription.wakeAll(open);
    open.forEach(Subscription::close);
    if (turns != null) {
      turns.end();
    }
  }
}
