package kifs.fs.node.notify;

import java.util.function.Supplier;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.notifier.NotToldException;
import kifs.notifier.Notifier;
import kifs.notifier.TooManyWaitersException;
import kifs.notifier.condition.BadValueException;
import kifs.notifier.condition.Condition;
import kifs.notifier.condition.ConditionParser;
import kifs.notifier.condition.Predicate;
import kifs.notifier.condition.UnknownNameException;
import kifs.notifier.entity.EntityGoneException;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.metric.Metric;
import kifs.notifier.waiting.Subscription;

/**
 * The notifier as the nodes of {@code notify/} see it: what a threshold's name means, and who waits
 * for it. Every exception of the notifier becomes an errno here and nowhere else. Thread-safe.
 */
public final class Thresholds {
  private final Notifier notifier;
  private final Retries retries = new Retries();

  public Thresholds(Notifier notifier) {
    this.notifier = notifier;
  }

  /**
   * The metric of that name.
   *
   * @param sum whether it is asked of all entities of that kind together
   * @throws FsException ENOENT if there is no such metric
   */
  Metric metric(EntityKind kind, boolean sum, String name) {
    try {
      return ConditionParser.metric(kind, sum, name);
    } catch (UnknownNameException e) {
      throw new FsException(Errno.ENOENT, e.getMessage());
    }
  }

  /**
   * The predicate of that name.
   *
   * @throws FsException ENOENT if the metric has no such predicate
   */
  Predicate predicate(Metric metric, String name) {
    try {
      return ConditionParser.predicate(metric, name);
    } catch (UnknownNameException e) {
      throw new FsException(Errno.ENOENT, e.getMessage());
    }
  }

  /**
   * The condition that a value with its options asks for.
   *
   * @throws FsException EINVAL if the value or an option can't be understood
   */
  ConditionParser.Request request(Metric metric, Predicate predicate, String value) {
    try {
      return ConditionParser.request(metric, predicate, value);
    } catch (BadValueException e) {
      throw new FsException(Errno.EINVAL, e.getMessage());
    }
  }

  /**
   * Waits for a condition from now on.
   *
   * @param binding binds to the entity; the subscription owns the scope
   * @throws FsException ESRCH if the entity has gone, EAGAIN if there are too many waiters, ENODATA
   *     if this kernel doesn't report the metric
   */
  Subscription subscribe(Supplier<Scope> binding, Condition condition, Caller caller) {
    try {
      return notifier.subscribe(binding.get(), condition, caller.uid());
    } catch (EntityGoneException e) {
      throw new FsException(Errno.ESRCH, e.getMessage());
    } catch (TooManyWaitersException e) {
      throw new FsException(Errno.EAGAIN, e.getMessage());
    } catch (NotToldException e) {
      throw new FsException(Errno.ENODATA, e.getMessage());
    }
  }

  /**
   * Takes up the waiter that the caller's interrupted open left, or else begins to wait.
   *
   * @param name tells the threshold from any other
   * @throws FsException as {@link #subscribe}
   */
  Subscription resume(String name, Supplier<Scope> binding, Condition condition, Caller caller) {
    Subscription left = retries.take(caller.tid(), name);
    return left == null ? subscribe(binding, condition, caller) : left;
  }

  /** Leaves the waiter of an open that was interrupted, for a moment, to {@link #resume}. */
  void leave(String name, Caller caller, Subscription subscription) {
    retries.keep(caller.tid(), name, subscription);
  }
}
