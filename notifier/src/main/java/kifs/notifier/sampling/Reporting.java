package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityId;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.EntityNames;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.happening.Deadlocks;
import kifs.notifier.happening.Happening;
import kifs.notifier.happening.Happenings;
import kifs.notifier.happening.KnownProcess;
import kifs.notifier.happening.Losses;
import kifs.notifier.waiting.Event;
import kifs.notifier.waiting.Event.Occurrence;
import kifs.notifier.waiting.Waiter;

/**
 * Makes events of what samples found and of what the kernel pushed, and adds them to the waiters'
 * queues. Guarded by the notifier's lock. The caller wakes the waiters after it has released the
 * lock.
 */
public final class Reporting {
  private final KernelSource source;
  private final EntityNames names;
  private final int ownPid;

  /**
   * @param ownPid as in {@link kifs.notifier.NotifierOptions#ownPid}
   */
  public Reporting(KernelSource source, EntityNames names, int ownPid) {
    this.source = source;
    this.names = names;
    this.ownPid = ownPid;
  }

  /**
   * Reports that a condition on a figure has fired.
   *
   * @param wake waiters that must be woken are added here
   */
  void reportCrossing(
      WatchedScope watched,
      Alarm alarm,
      Subject subject,
      Occurrence occurrence,
      Collection<Waiter> wake) {
    offer(watched, alarm, current(watched, subject), occurrence, wake);
  }

  /**
   * Reports that a thread vanished which the last sample had found. Other kinds of entity have no
   * such event.
   */
  void reportVanished(WatchedScope watched, Subject subject, Collection<Waiter> wake) {
    if (subject.tid() == 0 || watched.scope().kind() != EntityKind.THREAD) {
      return;
    }
    watched.forEachAlarm(
        alarm -> {
          if (alarm.condition().isOfEvent()) {
            offer(
                watched,
                alarm,
                current(watched, subject),
                Occurrence.happened(Occurrence.NO_STATUS, 0),
                wake);
          }
        });
  }

  /**
   * Reports the end of the scope's process or thread: first the event to waiters for the exit, then
   * the end of the subscription to all waiters. Does nothing if the end was reported before.
   *
   * @param status as in {@link Event.Occurrence#status}
   * @param wake waiters that must be woken are added here
   */
  public void reportEnd(WatchedScope watched, int status, Collection<Waiter> wake) {
    if (watched.isEnded()) {
      return;
    }
    watched.markEnded();
    if (watched.scope().range() == Scope.Range.EACH) {
      watched.entities().forEach(seen -> reportVanished(watched, seen.subject(), wake));
    } else {
      watched.forEachAlarm(alarm -> reportExit(watched, alarm, status, wake));
    }
    watched.forEachAlarm(
        alarm -> {
          alarm.waiters().forEach(Waiter::end);
          wake.addAll(alarm.waiters());
        });
  }

  private void reportExit(WatchedScope watched, Alarm alarm, int status, Collection<Waiter> wake) {
    if (alarm.condition().metric().event() == ProcessEvent.Kind.EXIT) {
      Subject subject = current(watched, watched.self());
      offer(watched, alarm, subject, Occurrence.happened(status, 0), wake);
    }
  }

  /**
   * Reports what has happened to processes.
   *
   * @param wake waiters that must be woken are added here
   */
  public void reportHappenings(
      WatchedScope watched, List<Happening> happenings, Collection<Waiter> wake) {
    List<Happening> ofScope = ofScope(watched, happenings);
    watched.forEachAlarm(
        alarm -> {
          if (!Happenings.isOf(watched.scope(), alarm.condition().metric())) {
            return;
          }
          for (Happening happening : ofScope) {
            if (happening.kind() == alarm.condition().metric().event()) {
              report(watched, alarm, happening);
              wake.addAll(alarm.waiters());
            }
          }
        });
  }

  /**
   * Counts losses for the waiters that may have got the lost events. The next event of each waiter
   * shows them. It isn't known whom a lost event was about, so waiters for one process or for
   * selected ones get an upper bound.
   */
  public void reportLosses(WatchedScope watched, Losses losses) {
    boolean isOfAny = watched.self().pid() == 0 && watched.selection().isAll();
    watched.forEachAlarm(
        alarm -> {
          ProcessEvent.Kind kind = alarm.condition().metric().event();
          if (kind == null || !Happenings.isOf(watched.scope(), alarm.condition().metric())) {
            return;
          }
          long counted = losses.of(kind);
          long lost = isOfAny ? counted : 0;
          long uncertain = losses.uncounted() + counted - lost;
          for (Waiter waiter : alarm.waiters()) {
            if (Happening.mayFollow(losses.foundNs(), waiter.openedNs())) {
              waiter.addLost(lost, uncertain);
            }
          }
        });
  }

  /**
   * The happenings that concern the scope's process, or all selected if the scope is host-wide. A
   * happening after the exit concerns another process with the same id.
   */
  private List<Happening> ofScope(WatchedScope watched, List<Happening> happenings) {
    if (watched.self().pid() == 0) {
      int omittedPid = watched.scope().isOfEachProcess() ? ownPid : 0;
      return happenings.stream()
          .filter(each -> each.process().pid() != omittedPid)
          .filter(each -> each.process().isOf(watched.selection()))
          .toList();
    }
    List<Happening> ofScope = new ArrayList<>();
    for (Happening happening : happenings) {
      if (!watched.hasExited() && concerns(watched.self(), happening)) {
        ofScope.add(happening);
        if (isExit(watched.self(), happening)) {
          watched.noteExit();
        }
      }
    }
    return ofScope;
  }

  private static boolean concerns(Subject self, Happening happening) {
    return self.pid() == happening.process().pid()
        && Happening.mayFollow(happening.boottimeNs(), self.bornNs());
  }

  /**
   * Whether this is certainly the exit of {@code self}, and not of an earlier process with its id.
   */
  private static boolean isExit(Subject self, Happening happening) {
    long bornNs = happening.process().bornNs();
    return happening.kind() == ProcessEvent.Kind.EXIT
        && happening.boottimeNs() - Happening.CLOCK_SLACK_NS >= self.bornNs()
        && (bornNs == 0 || bornNs >= self.bornNs());
  }

  private void report(WatchedScope watched, Alarm alarm, Happening happening) {
    KnownProcess process = happening.process();
    Subject subject =
        watched.self().pid() == 0
            ? new Subject(0, process.pid(), 0, process.bornNs(), process.uid(), process.comm())
            : current(watched, watched.self());
    Occurrence occurrence = Occurrence.happened(happening.status(), happening.child());
    Event event = event(watched.scope(), subject, alarm.condition(), occurrence);
    for (Waiter waiter : alarm.waiters()) {
      // A happening that was queued when the waiter came may have happened before that.
      if (Happening.mayFollow(happening.boottimeNs(), waiter.openedNs())) {
        waiter.offer(EntityId.ofProcess(process.pid()), event);
      }
    }
  }

  /**
   * Reports the present deadlocks to each waiter that has not got them yet.
   *
   * @param present all deadlocks on the host
   * @param deadlocks knows which waiter got which deadlock
   * @param wake waiters that must be woken are added here
   */
  public void reportDeadlocks(
      WatchedScope watched,
      List<Deadlocks.Deadlock> present,
      Deadlocks deadlocks,
      Collection<Waiter> wake) {
    long nowNs = source.clock().boottimeNs();
    watched.forEachAlarm(
        alarm -> {
          for (Deadlocks.Deadlock deadlock : present) {
            Subject subject =
                new Subject(0, deadlock.pid(), deadlock.tid(), 0, deadlock.uid(), deadlock.comm());
            long heldNs = deadlock.sinceNs() < 0 ? 0 : Math.max(0, nowNs - deadlock.sinceNs());
            Occurrence occurrence = Occurrence.measured((double) deadlock.number(), heldNs);
            Event event = event(watched.scope(), subject, alarm.condition(), occurrence);
            for (Waiter waiter : alarm.waiters()) {
              if (deadlocks.isNews(waiter, deadlock)) {
                waiter.offer(EntityId.ofProcess(deadlock.pid()), event);
                wake.add(waiter);
              }
            }
          }
        });
  }

  private Event event(Scope scope, Subject subject, Condition condition, Occurrence occurrence) {
    String name = names.nameOf(scope.entity(subject));
    return new Event(
        source.clock().realtimeNs(),
        new Event.Entity(name, subject.pid(), subject.tid(), subject.uid(), subject.comm()),
        condition,
        occurrence);
  }

  /** Adds one event to the queues of all waiters of an alarm. */
  private void offer(
      WatchedScope watched,
      Alarm alarm,
      Subject subject,
      Occurrence occurrence,
      Collection<Waiter> wake) {
    Event event = event(watched.scope(), subject, alarm.condition(), occurrence);
    EntityId entity = watched.scope().entity(subject);
    State state = new State(subject.key(), subject.tid(), subject.bornNs());
    for (Waiter waiter : alarm.waiters()) {
      if (alarm.condition().isOfExcursion()) {
        waiter.offerState(entity, state, event);
      } else {
        waiter.offer(entity, event);
      }
    }
    wake.addAll(alarm.waiters());
  }

  /** Identifies the entity that exceeds a threshold, also if its id is used again. */
  private record State(long key, int tid, long bornNs) {}

  /**
   * The subject with the user and the name that its process has now. If the process has vanished,
   * the subject stays as it was seen.
   */
  private Subject current(WatchedScope watched, Subject subject) {
    if (subject.pid() == 0) {
      return subject;
    }
    Optional<ProcessRef> process = watched.scope().process();
    if (process.isPresent()) {
      return subject.ownedBy(watched.self().uid()).refreshed(process.get());
    }
    try (ProcessRef ref = source.process(subject.pid()).orElse(null)) {
      return ref == null ? subject : subject.refreshed(ref);
    }
  }
}
