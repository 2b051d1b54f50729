package kifs.notifier;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kifs.notifier.sampling.Alarm;
import kifs.notifier.sampling.WatchedScope;
import kifs.notifier.waiting.Waiter;

/**
 * All waiters, with what each waits for and the number of waiters of each user. Guarded by the
 * notifier's lock.
 */
final class Waiters {
  /**
   * What one waiter waits for.
   *
   * @param alarm the alarm that the waiter joined; another alarm may have absorbed it since
   */
  record Place(WatchedScope watched, Alarm alarm) {}

  private int max;
  private int maxPerUser;
  private final Map<Waiter, Place> places = new HashMap<>();
  private final Map<Long, Integer> countByUser = new HashMap<>();

  Waiters(NotifierOptions options) {
    limit(options.maxWaiters(), options.maxWaitersPerUser());
  }

  /** Changes the maximum numbers. Waiters that are there already stay. */
  void limit(int max, int maxPerUser) {
    this.max = max;
    this.maxPerUser = maxPerUser;
  }

  int max() {
    return max;
  }

  int maxPerUser() {
    return maxPerUser;
  }

  /**
   * Makes sure that one more waiter of this user is allowed.
   *
   * @throws TooManyWaitersException if there are too many waiters in all, or of this user
   */
  void require(long uid) throws TooManyWaitersException {
    if (places.size() >= max) {
      throw new TooManyWaitersException(
          "there are " + max + " waiters already, the maximum; see --waiters=");
    }
    if (countByUser.getOrDefault(uid, 0) >= maxPerUser) {
      throw new TooManyWaitersException(
          "user "
              + uid
              + " has "
              + maxPerUser
              + " waiters already, the maximum; see --user-waiters=");
    }
  }

  void add(Waiter waiter, Place place) {
    places.put(waiter, place);
    countByUser.merge(waiter.uid(), 1, Integer::sum);
  }

  /**
   * Removes a waiter.
   *
   * @return what it waited for; null: it was removed before
   */
  Place remove(Waiter waiter) {
    Place place = places.remove(waiter);
    if (place != null) {
      countByUser.computeIfPresent(waiter.uid(), (uid, count) -> count == 1 ? null : count - 1);
    }
    return place;
  }

  /** The number of waiters of each user, by uid. */
  Map<Long, Integer> countByUser() {
    return new TreeMap<>(countByUser);
  }

  int size() {
    return places.size();
  }

  List<Waiter> all() {
    return List.copyOf(places.keySet());
  }
}
