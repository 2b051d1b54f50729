package kifs.notifier.waiting;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Subscription} with the methods by which the notifier adds events to it. Thread-safe: the
 * fields are guarded by {@code this}. The notifier's lock may be held before this lock, and no
 * other lock is acquired while this one is held.
 */
public final class Waiter implements Subscription {
  private static final int MAX_EVENTS = 256;

  private static final Logger LOG = LoggerFactory.getLogger(Waiter.class);
  private static final Runnable NO_LISTENER = () -> {};

  private final long openedNs;
  private final long uid;
  private final Backlog backlog;
  private final Consumer<Waiter> onClose;

  private final ArrayDeque<Event> queue = new ArrayDeque<>();
  private final CompletableFuture<Void> armed = new CompletableFuture<>();
  private Runnable listener = NO_LISTENER;
  private long seq;
  private long lost;
  private boolean ended;
  private boolean closed;

  /**
   * @param openedNs boot time at which the name was opened
   * @param uid the user whose quota the waiter counts against
   * @param backlog counts the events of all waiters together
   * @param onClose each {@link #close} calls it with this waiter, without the waiter's lock
   */
  public Waiter(long openedNs, long uid, Backlog backlog, Consumer<Waiter> onClose) {
    this.openedNs = openedNs;
    this.uid = uid;
    this.backlog = backlog;
    this.onClose = onClose;
  }

  /** Boot time at which the name was opened. */
  public long openedNs() {
    return openedNs;
  }

  /** The user whose quota the waiter counts against. */
  public long uid() {
    return uid;
  }

  @Override
  public void onReady(Runnable newListener) {
    boolean isNews;
    synchronized (this) {
      listener = newListener;
      isNews = isReady() || ended;
    }
    if (isNews) {
      newListener.run();
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
  public synchronized @Nullable String poll(int maxLength) {
    Event next = queue.peek();
    if (next == null) {
      return null;
    }
    String line = next.line(seq + 1, lost);
    if (line.length() > maxLength) {
      return null;
    }
    queue.remove();
    if (!closed) {
      backlog.release(1);
    }
    seq++;
    lost = 0;
    return line;
  }

  /**
   * Adds an event to the queue, or counts it as lost. An ended or closed waiter ignores it. The
   * caller wakes the listener afterwards by {@link #wakeAll}, without any lock.
   */
  public synchronized void offer(Event event) {
    if (ended || closed) {
      return;
    }
    if (queue.size() == MAX_EVENTS || !backlog.acquire(queue.isEmpty())) {
      lost++;
    } else {
      queue.add(event);
    }
  }

  /** Counts losses of kernel events, which happened before they reached this queue. */
  public synchronized void addLost(long events) {
    lost += events;
  }

  /** Notes that the entity has vanished. From now on, events are ignored. */
  public synchronized void end() {
    ended = true;
  }

  /**
   * Calls the listener of each waiter once, in the calling thread. If a listener throws, the error
   * is logged and the others are still called. The caller must hold no lock.
   */
  public static void wakeAll(Collection<Waiter> waiters) {
    for (Waiter waiter : new LinkedHashSet<>(waiters)) {
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
      listener = NO_LISTENER;
      // A reader that has the queue open already can still read the events in it.
      backlog.release(closed ? 0 : queue.size());
      closed = true;
    }
    onClose.accept(this);
  }
}
