package kifs.notifier.waiting;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Subscription} as the notifier sees it: the side that events are put in by. Thread-safe;
 * guarded by itself, and no other lock is taken while it is held.
 */
public final class Waiter implements Subscription {
  private static final int MOST_EVENTS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Waiter.class);
  private static final Runnable NOBODY = () -> {};

  private final long openedNs;
  private final long uid;
  private final Backlog backlog;
  private final Consumer<Waiter> onClose;

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
   * @param backlog of all waiters together
   * @param onClose called with this waiter by each {@link #close}, outside of the waiter's lock
   */
  public Waiter(long openedNs, long uid, Backlog backlog, Consumer<Waiter> onClose) {
    this.openedNs = openedNs;
    this.uid = uid;
    this.backlog = backlog;
    this.onClose = onClose;
  }

  public long openedNs() {
    return openedNs;
  }

  public long uid() {
    return uid;
  }

  @Override
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

  @Override
  public CompletableFuture<Void> armed() {
    return armed.copy();
  }

  @Override
  public synchronized boolean isReady() {
    return !queue.isEmpty();
  }

  @Override
  public synchronized boolean isEnded() {
    return ended;
  }

  @Override
  public synchronized boolean isOver() {
    return ended && queue.isEmpty();
  }

  @Override
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
  public synchronized void offer(Event event) {
    if (ended || closed) {
      return;
    }
    if (queue.size() == MOST_EVENTS || !backlog.take(queue.isEmpty())) {
      lost++;
    } else {
      queue.add(event);
    }
  }

  /** Counts events that the kernel itself had no space for. */
  public synchronized void addLost(long events) {
    lost += events;
  }

  /** The entity has gone: no event is taken in any more. */
  public synchronized void end() {
    ended = true;
  }

  /** Calls the listeners. One that fails doesn't keep the others from being called. */
  public static void wakeAll(Collection<Waiter> concerned) {
    for (Waiter waiter : new LinkedHashSet<>(concerned)) {
      try {
        waiter.wake();
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

  @Override
  public void close() {
    synchronized (this) {
      listener = NOBODY;
      // Readers that have the queue open already can still read the events in it.
      backlog.give(closed ? 0 : queue.size());
      closed = true;
    }
    onClose.accept(this);
  }
}
