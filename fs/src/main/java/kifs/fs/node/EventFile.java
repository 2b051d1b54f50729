package kifs.fs.node;

import java.nio.ByteBuffer;
import kifs.fs.tree.OpenFile;
import kifs.notifier.Subscription;

/** A threshold whose open has waited for its event: that event's line, then end of file. */
final class EventFile implements OpenFile {
  private final Subscription subscription;
  private byte[] line;

  EventFile(Subscription subscription) {
    this.subscription = subscription;
  }

  @Override
  public synchronized int read(long offset, ByteBuffer to) {
    if (line == null) {
      String event = subscription.poll(Integer.MAX_VALUE);
      line = Text.bytes(event == null ? "" : event);
    }
    return Text.copy(line, offset, to);
  }
}
