package kifs.notifier;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One waiter: a bounded queue of events, oldest first. What doesn't fit is counted in {@code lost}
 * of the next event. Thread-safe; several readers may share it, and each event reaches one of them.
 */
public final class Subscription implements AutoCloseable {
  private static final int MOST_EVENTS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Subscription.class);
  private static final Runnable NOBODY = () -> {};

  private final long openedNs;
  private final long uid;
  private final Backlog backlog;
  private final Runnable onClose;

  /** Guarded by the notifier's lock. */
  private Group group;

  private final ArrayDeque<Event> queue = new ArrayDeque<>();
  private final CompletableFuture<Void> armed = new CompletableFuture<>();
  private Runnable listener = NOBODY;
  private long seq;
  private long lost;
  private boolean ended;
  private boolean closed;

  /**
   * @param openedNs boot time
   * @param uid on whose account
   * @param backlog of all subscriptions together
   */
  Subscription(long openedNs, long uid, Backlog backlog, Runnable onClose) {
    this.openedNs = openedNs;
    this.uid = uid;
    this.backlog = backlog;
    this.onClose = onClose;
  }

  long openedNs() {
    return openedNs;
  }

  long uid() {
    return uid;
  }

  /** Under the notifier's lock. */
  void in(Group now) {
    group = now;
  }

  /** Under the notifier's lock. */
  Group group() {
    return group;
  }

  /**
   * Is called, by a thread of the notifier's, whenever there may be something new to look at: an
   * event, the end, or nothing after all. Called at once if there is already. Must not block.
   */
  public void onReady(Runnable wake) {
    boolean already;
    synchronized (this) {
      listener = wake;
      already = isReady() || ended;
    }
    if (already) {
      wake.run();
    }
  }

  /**
   * Done once the first look was taken: what is compared with the beginning has one from then on.
   * The future is the caller's own.
   */
  public CompletableFuture<Void> armed() {
    return armed.copy();
  }

  /** Whether an event waits. */
  public synchronized boolean isReady() {
    return !queue.isEmpty();
  }

  /**
   * Whether the entity has gone: what waits in the queue is the last. Who asks for both asks for
   * this first, since the last event comes before the end.
   */
  public synchronized boolean isEnded() {
    return ended;
  }

  /** Whether the entity has gone and no event waits: none will come. */
  public synchronized boolean isOver() {
    return ended && queue.isEmpty();
  }

  /**
   * Takes the oldest event if its line has at most {@code room} characters, all of them ASCII.
   *
   * @return the line with its newline; null: none, or no room
   */
  public synchronized String poll(int room) {
    Event next = queue.peek();
    if (next == null) {
      return null;
    }
    String line = next.line(seq + 1, lost);
    if (line.length() > room) {
      return null;
    }
    queue.remove();
    if (!closed) {
      backlog.give(1);
    }
    seq++;
    lost = 0;
    return line;
  }

  /** Adds an event; the caller wakes the listener afterwards, outside of its own locks. */
  synchronized void offer(Event event) {
    if (ended || closed) {
      return;
    }
    if (queue.size() == MOST_EVENTS || !backlog.take(queue.isEmpty())) {
      lost++;
    } else {
      queue.add(event);
    }
  }

  /** Counts events that the kernel itself had no room for. */
  synchronized void addLost(long events) {
    lost += events;
  }

  synchronized void end() {
    ended = true;
  }

  /** Calls the listeners. One that fails doesn't keep the others from being called. */
  static void wakeAll(Collection<Subscription> concerned) {
    for (Subscription subscription : new LinkedHashSet<>(concerned)) {
      try {
        subscription.wake();
      } catch (RuntimeException e) {
        LOG.error("A waiter could not be woken", e);
      }
    }
  }

  private void wake() {
    Runnable current;
    synchronized (this) {
      current = listener;
    }
    armed.complete(null);
    current.run();
  }

  /**
   * Stops waiting. Idempotent; quick, whatever the notifier is doing. The listener isn't called any
   * more, unless that has begun already.
   */
  @Override
  public void close() {
    synchronized (this) {
      listener = NOBODY;
      // What waits can still be read, by who has opened it meanwhile.
      backlog.give(closed ? 0 : queue.size());
      closed = true;
    }
    onClose.run();
  }
}
