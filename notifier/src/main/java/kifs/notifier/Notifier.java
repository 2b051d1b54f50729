package kifs.notifier;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
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
  private final ChunkPool pool;
  private final Turns turns;
  private final Object lock = new Object();
  private final Map<Target.Key, Target> targets = new LinkedHashMap<>();
  private final Map<Subscription, Target> waiters = new HashMap<>();

  /** What the kernel told and nobody has taken in yet. Kernel threads add, turns take. */
  private final Queue<Runnable> told = new ConcurrentLinkedQueue<>();

  private Exits exits;
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
    this.sampling = new Sampling(source, pool, schedule);
  }

  /**
   * Begins to wait. The scope is the notifier's from now on, whatever the outcome.
   *
   * @throws EntityGoneException if the scope's entity isn't there any more
   * @throws TooManyWaitersException if the notifier is full, or closed
   */
  public Subscription subscribe(Scope scope, Condition condition)
      throws EntityGoneException, TooManyWaitersException {
    Target.Key key;
    Subject self;
    try {
      self = Subject.of(scope);
      key = key(scope, condition, self);
    } catch (EntityGoneException | RuntimeException e) {
      scope.close();
      throw e;
    }
    Subscription subscription;
    synchronized (lock) {
      if (closed || waiters.size() >= options.mostWaiters()) {
        scope.close();
        throw new TooManyWaitersException(closed ? 0 : options.mostWaiters());
      }
      Target target = target(key, scope, self);
      try {
        subscription = add(target, condition);
      } catch (RuntimeException e) {
        dropIfUnused(target);
        throw e;
      }
    }
    nudge();
    return subscription;
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

  private Subscription add(Target target, Condition condition) {
    if (target.groups().isEmpty()) {
      watch(target);
    }
    if (target.isOfExits() && exits == null) {
      exits = new Exits(source, pool, options.finestTickNs(), this::nudge);
    }
    long now = source.clock().boottimeNs();
    Subscription[] self = new Subscription[1];
    Subscription subscription = new Subscription(now, () -> remove(self[0]));
    self[0] = subscription;
    target.group(condition, now).join(subscription);
    waiters.put(subscription, target);
    if (target.isOfExits()) {
      exits.add();
    }
    return subscription;
  }

  private void remove(Subscription subscription) {
    synchronized (lock) {
      Target target = waiters.remove(subscription);
      if (target == null) {
        return;
      }
      if (target.isOfExits() && exits.removeIsLast()) {
        exits.close();
        exits = null;
      }
      target.leave(subscription);
      dropIfUnused(target);
    }
    nudge();
  }

  private void dropIfUnused(Target target) {
    if (target.groups().isEmpty()) {
      targets.remove(target.key(), target);
      target.close();
    }
  }

  private static Target.Key key(Scope scope, Condition condition, Subject self) {
    Metric.Reading reading = condition.metric().reading(scope.kind());
    RecordType type = reading == null ? null : reading.type();
    return new Target.Key(scope.kind(), scope.range(), self.pid(), self.bornNs(), self.tid(), type);
  }

  private void watch(Target target) {
    if (target.scope().process() != null) {
      source
          .events()
          .onExit(
              target.scope().process(),
              exit -> {
                told.add(() -> exited(target, exit));
                nudge();
              })
          .ifPresent(target::watchedBy);
    }
  }

  private void exited(Target target, KernelEvents.Exit exit) {
    List<Subscription> wake = new ArrayList<>();
    synchronized (lock) {
      sampling.end(target, exit.status(), wake);
    }
    Subscription.wakeAll(wake);
  }

  /**
   * Takes one turn: takes in what the kernel told, then looks at what is due.
   *
   * @return boot time at which the next turn is due; {@code Long.MAX_VALUE}: when something comes
   */
  public long turn() {
    for (Runnable next = told.poll(); next != null; next = told.poll()) {
      next.run();
    }
    Exits current;
    synchronized (lock) {
      current = exits;
    }
    if (current != null) {
      tellExits(current);
    }
    // Single entities first: they are quick to read, and a pass over the host may not be.
    look(false);
    look(true);
    synchronized (lock) {
      long due = schedule.nextDue(targets.values());
      return exits == null ? due : Math.min(due, exits.dueNs());
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

  /** Tells who waits for the exit of any process. */
  private void tellExits(Exits current) {
    List<ProcessTable.Exited> exited = current.take();
    long lost = current.takeLost();
    if (exited.isEmpty() && lost == 0) {
      return;
    }
    List<Subscription> wake = new ArrayList<>();
    synchronized (lock) {
      for (Target target : targets.values()) {
        if (target.isOfExits()) {
          sampling.tellExits(target, exited, lost, wake);
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
    Metric.Reading reading = metric.reading(kind);
    long now = source.clock().boottimeNs();
    double counter = reading.of(record, now);
    Subject subject =
        switch (kind) {
          case SYSTEM -> Subject.WHOLE;
          case PROCESS -> Subject.process(pid, record);
          case THREAD -> Subject.thread(pid, tid, record);
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
      int conditions = targets.values().stream().mapToInt(t -> (int) t.conditions()).sum();
      return schedule.status(waiters.size(), options.mostWaiters(), conditions);
    }
  }

  /** Ends every subscription. */
  @Override
  public void close() {
    List<Subscription> open;
    synchronized (lock) {
      // A listener that is woken by this may close it again.
      open = closed ? List.of() : List.copyOf(waiters.keySet());
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
