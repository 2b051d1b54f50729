package kifs.fs.node.notify;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.PollEvents;
import kifs.fs.tree.PollHandle;
import kifs.notifier.waiting.Subscription;
import org.jspecify.annotations.Nullable;

/**
 * An open threshold that delivers one event after another, to clients that poll or whose reads
 * block.
 *
 * <p>An offset is the number of bytes delivered before. The bytes of the last read that took events
 * are kept, because a reader may go back within them: bash reads a block, uses one line and seeks
 * back to its end.
 *
 * <p>Thread-safe: the monitor of the stream guards all fields. It is acquired before the monitor of
 * the subscription. Poll handles and readers are called without it.
 */
final class EventStream implements OpenFile {
  private static final int KEPT_BYTES = 1 << 16;
  private static final int READABLE = PollEvents.IN | PollEvents.RDNORM;

  private final Subscription subscription;
  private final boolean follow;
  private byte[] last = new byte[0];
  private long lastEnd;
  private long readTo;
  private @Nullable PollHandle poller;
  private final Set<CompletableFuture<Void>> readers = new HashSet<>();

  EventStream(Subscription subscription, boolean follow) {
    this.subscription = subscription;
    this.follow = follow;
    subscription.onReady(this::ready);
  }

  /** The error of a wait that ends without an event. */
  static FsException ended() {
    return new FsException(Errno.ESRCH, "the entity has vanished");
  }

  private void ready() {
    PollHandle polling;
    List<CompletableFuture<Void>> reading;
    synchronized (this) {
      polling = poller;
      poller = null;
      reading = List.copyOf(readers);
    }
    if (polling != null) {
      polling.wake();
      polling.close();
    }
    reading.forEach(reader -> reader.complete(null));
  }

  @Override
  public void wakePoller() {
    ready();
  }

  @Override
  public boolean isStream() {
    return true;
  }

  @Override
  public CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
    synchronized (this) {
      if (nonBlocking
          || position(offset) < lastEnd
          || subscription.isReady()
          || subscription.isEnded()) {
        return READY;
      }
      // Each reader of a shared descriptor has its own future, so an interrupt ends only one wait.
      CompletableFuture<Void> reader = new CompletableFuture<>();
      readers.add(reader);
      reader.whenComplete((done, error) -> remove(reader));
      return reader;
    }
  }

  // A future equals only itself, which is what is wanted here.
  @SuppressWarnings("CollectionUndefinedEquality")
  private synchronized void remove(CompletableFuture<Void> reader) {
    readers.remove(reader);
  }

  @Override
  public synchronized int read(long at, ByteBuffer to) {
    long offset = position(at);
    if (offset >= lastEnd) {
      byte[] lines = takeLines(to.remaining());
      if (lines.length == 0) {
        return atEnd();
      }
      last = lines;
      lastEnd = offset + lines.length;
    }
    long begin = lastEnd - last.length;
    int from = (int) Math.max(0, offset - begin);
    int length = Math.min(to.remaining(), last.length - from);
    to.put(last, from, length);
    readTo = begin + from + length;
    return length;
  }

  private long position(long offset) {
    return offset == NEXT ? readTo : offset;
  }

  private int atEnd() {
    if (!subscription.isOver()) {
      return AGAIN;
    }
    if (follow) {
      return 0;
    }
    throw ended();
  }

  /**
   * Takes events from the subscription: as many complete lines as fit, and at least one if any is
   * ready.
   */
  private byte[] takeLines(int space) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    String line = subscription.poll(Integer.MAX_VALUE);
    int maxBytes = Math.min(space, KEPT_BYTES);
    while (line != null) {
      lines.writeBytes(Values.bytes(line));
      line = subscription.poll(maxBytes - lines.size());
    }
    return lines.toByteArray();
  }

  @Override
  public int poll(@Nullable PollHandle handle) {
    PollHandle before = null;
    if (handle != null) {
      synchronized (this) {
        before = poller;
        poller = handle;
      }
    }
    if (before != null) {
      before.close();
    }
    // The handle is stored first: a later event wakes it, and an earlier one is seen below. The end
    // is read before the events: a client that saw HUP without the last event would not read it.
    boolean ended = subscription.isEnded();
    int events = subscription.isReady() || hasRest() ? READABLE : 0;
    return ended ? events | PollEvents.HUP : events;
  }

  /** Whether a part of the kept lines is still unread, because a reader's buffer was too small. */
  private synchronized boolean hasRest() {
    return readTo < lastEnd;
  }

  @Override
  public void release() {
    subscription.close();
    PollHandle polling;
    synchronized (this) {
      polling = poller;
      poller = null;
    }
    if (polling != null) {
      polling.close();
    }
  }
}
