package kifs.fs.node.notify;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import kifs.fs.access.AccessRules;
import kifs.fs.access.Gate;
import kifs.fs.access.Viewer;
import kifs.fs.node.refusal.Refusals;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FileNode;
import kifs.fs.tree.FsException;
import kifs.kernel.record.Guard;
import kifs.kernel.source.KernelSource;
import kifs.notifier.NotReportedException;
import kifs.notifier.Notifier;
import kifs.notifier.TooManyWaitersException;
import kifs.notifier.condition.BadValueException;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.ConditionParser;
import kifs.notifier.condition.Predicate;
import kifs.notifier.condition.UnknownNameException;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.EntityVanishedException;
import kifs.notifier.entity.Scope;
import kifs.notifier.metric.Metric;
import kifs.notifier.waiting.Audience;
import kifs.notifier.waiting.Subscription;

/**
 * The nodes of {@code notify/} use the notifier through this class. It parses the names of
 * thresholds and subscribes to them. It is the only class that turns exceptions of the notifier
 * into errnos, and it keeps the reasons for {@code errors}. Thread-safe.
 */
public final class Subscriptions {
  /**
   * Tries of an open that finds too many waiters, and the time between them, ms. The kernel sends
   * the RELEASE of a closed file without waiting for it, so the daemon may handle the OPEN of the
   * next file before it.
   */
  private static final int TRIES = 5;

  private static final long RETRY_MS = 10;

  private final Notifier notifier;
  private final KernelSource source;
  private final AccessRules access;
  private final Refusals refusals;
  private final Retries retries = new Retries();

  public Subscriptions(
      Notifier notifier, KernelSource source, AccessRules access, Refusals refusals) {
    this.notifier = notifier;
    this.source = source;
    this.access = access;
    this.refusals = refusals;
  }

  /**
   * Decides which events a client may get.
   *
   * @param path the path of the threshold
   * @param gate decides whether the client may open the threshold
   * @param guard who may know the metric
   * @param hasStatus whether events have the status of a process
   * @throws FsException EACCES if the client may not open it
   */
  Audience audience(String path, Caller caller, Gate gate, Guard guard, boolean hasStatus) {
    boolean isOpen = guard == Guard.OPEN && !access.hidesOthers();
    if (isOpen && !hasStatus) {
      return Audience.EVERYTHING;
    }
    Viewer viewer = access.viewer(caller);
    if (viewer.seesAll()) {
      return Audience.EVERYTHING;
    }
    if (!gate.admits(viewer, guard)) {
      throw refused(Errno.EACCES, path, "only those who may see the metric may wait for it");
    }
    // By identity: the other gates are about one entity, or about the sum of all.
    @SuppressWarnings("ReferenceEquality")
    boolean isOfOne = gate != Gate.OF_ANY;
    return new ViewerAudience(source, viewer, guard, isOfOne && gate.admits(viewer, Guard.PTRACE));
  }

  /**
   * Finds a metric by its name.
   *
   * @param path the path of the directory {@code notify}
   * @param sum whether the metric is added up over all entities of that kind
   * @throws FsException ENOENT if there is no such metric
   */
  Metric metric(String path, EntityKind kind, boolean sum, String name) {
    try {
      return ConditionParser.metric(kind, sum, name);
    } catch (UnknownNameException e) {
      throw refused(Errno.ENOENT, path + "/" + name, e);
    }
  }

  /**
   * Finds a predicate by its name.
   *
   * @param path the path of the metric
   * @throws FsException ENOENT if the metric has no such predicate
   */
  Predicate predicate(String path, Metric metric, String name) {
    try {
      return ConditionParser.predicate(metric, name);
    } catch (UnknownNameException e) {
      throw refused(Errno.ENOENT, path + "/" + name, e);
    }
  }

  /**
   * Parses the last part of a threshold's name: the value with its options.
   *
   * @param path the path of the predicate
   * @throws FsException EINVAL if the value or an option can't be understood
   */
  ConditionParser.Request request(String path, Metric metric, Predicate predicate, String value) {
    try {
      return ConditionParser.request(metric, predicate, value);
    } catch (BadValueException e) {
      throw refused(Errno.EINVAL, path + "/" + value, e);
    }
  }

  private FsException refused(Errno errno, String path, Exception reason) {
    return refused(errno, path, String.valueOf(reason.getMessage()));
  }

  /** An error whose reason is kept for {@code errors}. */
  FsException refused(Errno errno, String path, String reason) {
    return refusals.of(errno, path, reason);
  }

  /** The file {@code errors}. */
  FileNode errors() {
    return refusals.file();
  }

  /**
   * Subscribes to a condition. Events from now on are reported.
   *
   * @param path the path of the threshold
   * @param binding binds to the entity; the subscription owns the scope
   * @throws FsException ESRCH if the entity has vanished, EAGAIN if there are too many waiters and
   *     none is closed within 40 ms, ENODATA if this kernel doesn't report the metric
   */
  Subscription subscribe(
      String path, Supplier<Scope> binding, Condition condition, Caller caller, Audience audience) {
    for (int tries = 1; ; tries++) {
      try {
        return notifier.subscribe(binding.get(), condition, caller.uid(), audience);
      } catch (EntityVanishedException e) {
        throw refused(Errno.ESRCH, path, e);
      } catch (NotReportedException e) {
        throw refused(Errno.ENODATA, path, e);
      } catch (TooManyWaitersException e) {
        if (tries == TRIES) {
          throw refused(Errno.EAGAIN, path, e);
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(RETRY_MS));
      }
    }
  }

  /**
   * Continues with the waiter that the caller's interrupted open left. If there is none, subscribes
   * anew.
   *
   * @param name the path of the threshold
   * @throws FsException as {@link #subscribe}
   */
  Subscription resume(
      String name, Supplier<Scope> binding, Condition condition, Caller caller, Audience audience) {
    Subscription left = retries.reclaim(new Retries.Key(caller, audience, name));
    return left == null ? subscribe(name, binding, condition, caller, audience) : left;
  }

  /** Keeps the waiter of an interrupted open for a second, so that {@link #resume} finds it. */
  void leave(String name, Caller caller, Audience audience, Subscription subscription) {
    retries.keep(new Retries.Key(caller, audience, name), subscription);
  }
}
