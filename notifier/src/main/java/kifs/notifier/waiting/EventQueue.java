package kifs.notifier.waiting;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The unread events of one waiter, oldest first. If there is no space for another event, the oldest
 * one is dropped, and the event after it says how many are missing before it.
 *
 * <p>A <i>state</i> is an event that says that an entity exceeds a threshold. At most one state of
 * each entity is kept, because a later one says all that an earlier one said. So the number of
 * states is bounded by the number of entities. Other events are a history, which is bounded by
 * number. Both count against the {@link Backlog}. Not thread-safe.
 */
final class EventQueue {
  /**
   * An unread event.
   *
   * @param lost the number of events that are missing just before this one
   * @param uncertain how many more may be missing there, at most
   */
  record Entry(Event event, long lost, long uncertain) {}

  private final int maxHistory;
  private final Backlog backlog;
  private final ArrayDeque<Entry> history = new ArrayDeque<>(1);
  private final Map<Object, Entry> states = new LinkedHashMap<>(1);

  /** Missing events before the oldest entry, besides the ones that the entry itself counts. */
  private long lostBefore;

  private long uncertainBefore;

  /** Missing events after the newest entry. */
  private long lostAfter;

  private long uncertainAfter;

  /** Whether the events still count against the backlog. */
  private boolean isCounted = true;

  /**
   * @param maxHistory the number of events that are kept, states not counted
   */
  EventQueue(int maxHistory, Backlog backlog) {
    this.maxHistory = maxHistory;
    this.backlog = backlog;
  }

  int size() {
    return history.size() + states.size();
  }

  /** Adds what happened once. */
  void add(Event event) {
    makeSpace(history.size() >= maxHistory);
    history.add(entry(event));
  }

  /**
   * Adds a state, which replaces the unread state of the same entity.
   *
   * @param entity identifies the entity by {@code equals}
   */
  void addState(Object entity, Event event) {
    Entry earlier = states.remove(entity);
    if (earlier == null) {
      makeSpace(false);
    } else {
      lostAfter += earlier.lost;
      uncertainAfter += earlier.uncertain;
    }
    states.put(entity, entry(event));
  }

  private Entry entry(Event event) {
    Entry entry = new Entry(event, lostAfter, uncertainAfter);
    lostAfter = 0;
    uncertainAfter = 0;
    return entry;
  }

  /** Acquires space for one event, if necessary by dropping the oldest. */
  private void makeSpace(boolean isFull) {
    if (!isFull && backlog.acquire(size())) {
      return;
    }
    Entry dropped = removeOldest();
    backlog.countLost(1);
    lostBefore += dropped.lost + 1;
    uncertainBefore += dropped.uncertain;
    if (size() == 0) {
      lostAfter += lostBefore;
      uncertainAfter += uncertainBefore;
      lostBefore = 0;
      uncertainBefore = 0;
    }
  }

  /** Counts events that were lost on their way to this queue, after those in the queue. */
  void addLost(long lost, long uncertain) {
    lostAfter += lost;
    uncertainAfter += uncertain;
    backlog.countLost(lost);
  }

  /** Returns the oldest event, with all that is missing before it; null: the queue is empty. */
  @Nullable Entry peek() {
    Entry oldest = history.peek();
    if (oldest == null) {
      Iterator<Entry> entries = states.values().iterator();
      oldest = entries.hasNext() ? entries.next() : null;
    }
    return oldest == null
        ? null
        : new Entry(oldest.event, oldest.lost + lostBefore, oldest.uncertain + uncertainBefore);
  }

  /** Removes the event that {@link #peek} returned. */
  void remove() {
    removeOldest();
    lostBefore = 0;
    uncertainBefore = 0;
    if (isCounted) {
      backlog.release(1);
    }
  }

  private Entry removeOldest() {
    if (!history.isEmpty()) {
      return history.remove();
    }
    Iterator<Entry> entries = states.values().iterator();
    Entry oldest = entries.next();
    entries.remove();
    return oldest;
  }

  /** Releases the events' space in the backlog. They can still be read, but none is added. */
  void close() {
    if (isCounted) {
      backlog.release(size());
    }
    isCounted = false;
  }
}
