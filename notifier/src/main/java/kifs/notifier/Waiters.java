package kifs.notifier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who waits, for what, and on whose account. Guarded by the notifier's lock. */
final class Waiters {
  private final NotifierOptions options;
  private final Map<Waiter, Target> targets = new HashMap<>();

  /** How many waiters each user has. */
  private final Map<Long, Integer> users = new HashMap<>();

  Waiters(NotifierOptions options) {
    this.options = options;
  }

  /** Makes sure that there is room for one more. */
  void require(long uid) throws TooManyWaitersException {
    if (targets.size() >= options.mostWaiters()) {
      throw new TooManyWaitersException("more than " + options.mostWaiters() + " waiters");
    }
    if (users.getOrDefault(uid, 0) >= options.mostWaitersPerUser()) {
      throw new TooManyWaitersException(
          "more than " + options.mostWaitersPerUser() + " waiters of user " + uid);
    }
  }

  void add(Waiter waiter, Target target) {
    targets.put(waiter, target);
    users.merge(waiter.uid(), 1, Integer::sum);
  }

  /** What it waited for; null: it doesn't any more. */
  Target remove(Waiter waiter) {
    Target target = targets.remove(waiter);
    if (target != null) {
      users.computeIfPresent(waiter.uid(), (uid, count) -> count == 1 ? null : count - 1);
    }
    return target;
  }

  int size() {
    return targets.size();
  }

  List<Waiter> all() {
    return List.copyOf(targets.keySet());
  }
}
