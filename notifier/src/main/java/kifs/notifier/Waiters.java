package kifs.notifier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Who waits, for what, and on whose account. Guarded by the notifier's lock. */
final class Waiters {
  private final NotifierOptions options;
  private final Map<Subscription, Target> targets = new HashMap<>();

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

  void add(Subscription subscription, Target target) {
    targets.put(subscription, target);
    users.merge(subscription.uid(), 1, Integer::sum);
  }

  /** What it waited for; null: it doesn't any more. */
  Target remove(Subscription subscription) {
    Target target = targets.remove(subscription);
    if (target != null) {
      users.computeIfPresent(subscription.uid(), (uid, count) -> count == 1 ? null : count - 1);
    }
    return target;
  }

  int size() {
    return targets.size();
  }

  List<Subscription> all() {
    return List.copyOf(targets.keySet());
  }
}
