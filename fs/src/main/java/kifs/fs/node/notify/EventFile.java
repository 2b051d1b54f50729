package kifs.fs.node.notify;

import java.nio.ByteBuffer;
import kifs.fs.node.text.Values;
import kifs.fs.tree.OpenFile;
import kifs.notifier.waiting.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * A threshold whose open has waited for its event. Its content is the line of this event.
 * Thread-safe: the monitor of the file guards the line.
 */
final class EventFile implements OpenFile {
  private final Subscription subscription;
  private byte @Nullable [] line;

  EventFile(Subscription subscription) {
    this.subscription = subscription;
  }

  @Override
  public synchronized int read(long offset, ByteBuffer to) {
    if (line == null) {
      String event = subscription.poll(Integer.MAX_VALUE);
      line = Values.bytes(event == null ? "" : event);
    }
    return Values.copy(line, offset, to);
  }
}
