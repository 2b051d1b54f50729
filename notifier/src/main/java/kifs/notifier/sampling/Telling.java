package kifs.notifier.sampling;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.EntityNames;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Subject;
import kifs.notifier.happening.Deadlocks;
import kifs.notifier.happening.Happening;
import kifs.notifier.happening.Happenings;
import kifs.notifier.happening.KnownProcess;
import kifs.notifier.waiting.Event;
import kifs.notifier.waiting.Event.Occurrence;
import kifs.notifier.waiting.Waiter;

/** Makes events of what was found or told, and hands them out. Guarded by the notifier's lock. */
public final class Telling {
  private final KernelSource source;
  private final EntityNames names;

  public Telling(KernelSource source, EntityNames names) {
    this.source = source;
    this.names = names;
  }

  /** A condition on a figure is fulfilled. */
  void crossed(
      WatchedScope target,
      Alarm group,
      Subject subject,
      double value,
      long heldNs,
      Collection<Waiter> wake) {
    Subject who = asked(target, subject);
    hand(target, group, who, Occurrence.measured(value, heldNs), wake);
  }

  /** A thread that was there at the last look has ended. */
  void gone(WatchedScope target, Subject subject, Collection<Waiter> wake) {
    if (subject.tid() == 0 || target.scope().kind() != EntityKind.THREAD) {
      return;
    }
    target.forEachGroup(
        group -> {
          if (group.condition().isOfEvent()) {
            Subject who = asked(target, subject);
            hand(target, group, who, Occurrence.happened(Occurrence.NO_STATUS, 0), wake);
          }
        });
  }

  /**
   * The target's process has exited, or its thread: tells who waits for that, and everybody that
   * nothing more will come.
   *
   * @param status as in {@link Event.Occurrence#status}
   */
  public void end(WatchedScope target, int status, Collection<Waiter> wake) {
    if (target.isEnded()) {
      return;
    }
    target.end();
    if (target.scope().range() == Scope.Range.EACH) {
      target.entities().forEach(seen -> gone(target, seen.subject(), wake));
    } else {
      target.forEachGroup(group -> exited(target, group, status, wake));
    }
    target.forEachGroup(
        group -> {
          group.waiters().forEach(Waiter::end);
          wake.addAll(group.waiters());
        });
  }

  private void exited(WatchedScope target, Alarm group, int status, Collection<Waiter> wake) {
    if (group.condition().metric().event() == ProcessEvent.Kind.EXIT) {
      Subject who = asked(target, target.self());
      hand(target, group, who, Occurrence.happened(status, 0), wake);
    }
  }

  /** Tells what happened to processes since the last time. */
  public void happened(
      WatchedScope target, List<Happening> happenings, long lost, Collection<Waiter> wake) {
    List<Happening> own = own(target, happenings);
    target.forEachGroup(
        group -> {
          if (!Happenings.isOf(target.scope(), group.condition().metric())) {
            return;
          }
          group.waiters().forEach(waiter -> waiter.addLost(lost));
          for (Happening one : own) {
            if (one.kind() == group.condition().metric().event()) {
              tell(target, group, one);
              wake.addAll(group.waiters());
            }
          }
          if (lost > 0) {
            wake.addAll(group.waiters());
          }
        });
  }

  /** Of that target's process, if it is about one: what comes after its exit is another's. */
  private static List<Happening> own(WatchedScope target, List<Happening> happenings) {
    if (target.self().pid() == 0) {
      return happenings;
    }
    List<Happening> own = new ArrayList<>();
    for (Happening one : happenings) {
      if (!target.hasExited() && concerns(target.self(), one)) {
        own.add(one);
        if (isExit(target.self(), one)) {
          target.exited();
        }
      }
    }
    return own;
  }

  private static boolean concerns(Subject self, Happening one) {
    return self.pid() == one.process().pid()
        && Happening.mayFollow(one.boottimeNs(), self.bornNs());
  }

  /** Whether that is certainly its own exit, and not that of who had its id before. */
  private static boolean isExit(Subject self, Happening one) {
    long bornNs = one.process().bornNs();
    return one.kind() == ProcessEvent.Kind.EXIT
        && one.boottimeNs() - Happening.CLOCK_SLACK_NS >= self.bornNs()
        && (bornNs == 0 || bornNs >= self.bornNs());
  }

  private void tell(WatchedScope target, Alarm group, Happening one) {
    KnownProcess process = one.process();
    Subject who =
        target.self().pid() == 0
            ? new Subject(0, process.pid(), 0, process.bornNs(), process.uid(), process.comm())
            : asked(target, target.self());
    Occurrence occurrence = Occurrence.happened(one.status(), one.child());
    Event event = event(target.scope(), who, group.condition(), occurrence);
    for (Waiter waiter : group.waiters()) {
      // What was still queued when somebody came happened before.
      if (Happening.mayFollow(one.boottimeNs(), waiter.openedNs())) {
        waiter.offer(event);
      }
    }
  }

  /** Tells everybody who waits for deadlocks those that stand and that it wasn't told yet. */
  public void deadlocked(
      WatchedScope target,
      List<Deadlocks.Deadlock> standing,
      Deadlocks deadlocks,
      Collection<Waiter> wake) {
    long nowNs = source.clock().boottimeNs();
    target.forEachGroup(
        group -> {
          for (Deadlocks.Deadlock one : standing) {
            Subject who = new Subject(0, one.pid(), one.tid(), 0, one.uid(), one.comm());
            long heldNs = one.sinceNs() < 0 ? 0 : Math.max(0, nowNs - one.sinceNs());
            Occurrence occurrence = Occurrence.measured(one.number(), heldNs);
            Event event = event(target.scope(), who, group.condition(), occurrence);
            for (Waiter waiter : group.waiters()) {
              if (deadlocks.isNews(waiter, one)) {
                waiter.offer(event);
                wake.add(waiter);
              }
            }
          }
        });
  }

  private Event event(Scope scope, Subject who, Condition condition, Occurrence occurrence) {
    String name = names.nameOf(scope.entity(who));
    return new Event(
        source.clock().realtimeNs(),
        new Event.Entity(name, who.pid(), who.tid(), who.uid(), who.comm()),
        condition,
        occurrence);
  }

  private void hand(
      WatchedScope target,
      Alarm group,
      Subject who,
      Occurrence occurrence,
      Collection<Waiter> wake) {
    Event event = event(target.scope(), who, group.condition(), occurrence);
    group.waiters().forEach(waiter -> waiter.offer(event));
    wake.addAll(group.waiters());
  }

  /** As an event is to call it. */
  private Subject asked(WatchedScope target, Subject subject) {
    if (subject.pid() == 0) {
      return subject;
    }
    Optional<ProcessRef> own = target.scope().process();
    if (own.isPresent()) {
      return subject.ownedBy(target.self().uid()).asked(own.get());
    }
    try (ProcessRef ref = source.process(subject.pid()).orElse(null)) {
      return ref == null ? subject : subject.asked(ref);
    }
  }
}
