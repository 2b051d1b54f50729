package kifs.notifier.waiting;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import kifs.notifier.entity.EntityId;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A {@link Subscription} with the methods by which the notifier adds events to it. Thread-safe: the
 * fields are guarded by {@code this}. The notifier's lock may be held before this lock, and no
 * other lock is acquired while this one is held.
 */
public final class Waiter implements Subscription {
  /** Maximum number of unread events of a waiter for one entity. */
  public static final int MAX_EVENTS = Backlog.SHORT_QUEUE;

  /**
   * Maximum number of unread events of a waiter for any entity. A burst of exits of the whole host
   * fits, until a slow client has read it.
   */
  public static final int MAX_EVENTS_OF_ANY = 16_384;

  private static final Logger LOG = LoggerFactory.getLogger(Waiter.class);
  private static final Runnable NO_LISTENER = () -> {};

  private final long openedNs;
  private final long uid;
  private final Audience audience;
  private final Consumer<Waiter> onClose;

  private final EventQueue queue;
  private final CompletableFuture<Void> armed = new CompletableFuture<>();
  private Runnable listener = NO_LISTENER;

  /** The number of the last event that was read. The numbers of lost events are left out. */
  private long seq;

  private boolean ended;
  private boolean closed;

  /**
   * @param openedNs boot time at which the name was opened
   * @param uid the user whose quota the waiter counts against
   * @param audience decides which events the waiter may get
   * @param maxEvents maximum number of unread events that are no states, see {@link #offerState}
   * @param backlog counts the events of all waiters together
   * @param onClose each {@link #close} calls it with this waiter, without the waiter's lock
   */
  public Waiter(
      long openedNs,
      long uid,
      Audience audience,
      int maxEvents,
      Backlog backlog,
      Consumer<Waiter> onClose) {
    this.openedNs = openedNs;
    this.uid = uid;
    this.audience = audience;
    this.queue = new EventQueue(maxEvents, backlog);
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
      isNews = queue.size() > 0 || ended;
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
    return queue.size() > 0;
  }

  @Override
  public synchronized boolean isEnded() {
    return ended;
  }

  @Override
  public synchronized boolean isOver() {
    return ended && queue.size() == 0;
  }

  @Override
  public synchronized @Nullable String poll(int maxLength) {
    EventQueue.Entry next = queue.peek();
    if (next == null) {
      return null;
    }
    long number = seq + next.lost() + 1;
    String line = next.event().line(number, next.lost(), next.uncertain());
    if (line.length() > maxLength) {
      return null;
    }
    queue.remove();
    seq = number;
    return line;
  }

  /**
   * Adds something that happened, as far as the waiter may get it. If there is no space, the oldest
   * event is lost. An ended or closed waiter ignores the event. The caller wakes the listener
   * afterwards by {@link #wakeAll}, without any lock.
   *
   * @param about the entity by which the audience decides
   */
  public void offer(EntityId about, Event event) {
    Event permitted = permitted(about, event);
    if (permitted != null) {
      add(permitted);
    }
  }

  /**
   * Adds an event that says that an entity exceeds a threshold, like {@link #offer}. It replaces
   * the unread event of the same entity.
   *
   * @param about the entity by which the audience decides
   * @param entity identifies the entity by {@code equals}
   */
  public void offerState(EntityId about, Object entity, Event event) {
    Event permitted = permitted(about, event);
    if (permitted != null) {
      addState(entity, permitted);
    }
  }

  /** What the waiter may get of an event; null: nothing. The audience is asked without the lock. */
  private @Nullable Event permitted(EntityId about, Event event) {
    if (!audience.mayGet(about)) {
      return null;
    }
    return event.occurrence().hasStatus() && !audience.maySeeStatus(about)
        ? event.withoutStatus()
        : event;
  }

  private synchronized void add(Event event) {
    if (!ended && !closed) {
      queue.add(event);
    }
  }

  private synchronized void addState(Object entity, Event event) {
    if (!ended && !closed) {
      queue.addState(entity, event);
    }
  }

  /**
   * Counts events that were lost before they reached this queue.
   *
   * @param events the number of events that the waiter would have got
   * @param uncertain the number of other lost events. It is not known which of them the waiter
   *     would have got
   */
  public synchronized void addLost(long events, long uncertain) {
    if (!ended && !closed) {
      queue.addLost(events, uncertain);
    }
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
      queue.close();
      closed = true;
    }
    onClose.accept(this);
  }
}
