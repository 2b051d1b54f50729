package kifs.notifier.happening;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import org.jspecify.annotations.Nullable;

/**
 * The events that the source has pushed and no turn has handled yet. It takes memory only for the
 * events in it. If it is full, the oldest event is dropped and counted. Thread-safe, without locks
 * except the one of {@link LossCounter}.
 */
final class EventBuffer {
  private final int capacity;
  private final LossCounter losses;
  private final Queue<ProcessEvent> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  EventBuffer(int capacity, LossCounter losses) {
    this.capacity = capacity;
    this.losses = losses;
  }

  /** Adds an event, or counts the loss that it reports. */
  void put(ProcessEvent event) {
    if (event.kind() == ProcessEvent.Kind.LOST) {
      losses.add(event);
      return;
    }
    events.add(event);
    if (size.incrementAndGet() > capacity) {
      ProcessEvent dropped = poll();
      if (dropped != null) {
        losses.addDropped(dropped);
      }
    }
  }

  /** Removes the oldest event; null: there is none. */
  @Nullable ProcessEvent poll() {
    ProcessEvent oldest = events.poll();
    if (oldest != null) {
      size.decrementAndGet();
    }
    return oldest;
  }
}
