package kifs.fs.node.bulk;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import kifs.fs.tree.Caller;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.kernel.bulk.Bulk;
import org.jspecify.annotations.Nullable;

/**
 * One open {@code bulk}. A read at offset 0 takes a snapshot; reads elsewhere continue it. A query
 * that is written becomes the filter of the next snapshot. With the word {@code changed} in the
 * query each bulk after the first one only has what differs from the one before. Thread-safe: the
 * monitor of the file guards all fields. It is acquired before the locks of {@link Snapshots}.
 */
final class BulkFile implements OpenFile {
  private final BoundBulk bound;
  private final Function<String, BulkRequest> parser;
  private final BulkRequest unfiltered;
  private final LastBulk last = new LastBulk();
  private BulkRequest request;
  private @Nullable Bulk current;

  /**
   * File offset at which the present snapshot begins. It is 0, except after a shell has written its
   * query: the shell reads on from the offset where the write ended.
   */
  private long base;

  /** File offset at which the last written query ended; -1 once a snapshot was taken with it. */
  private long queryEnd = -1;

  private boolean released;

  /**
   * @param request what is asked for until another query is written
   * @param unfiltered what is asked for after an empty line is written
   */
  BulkFile(
      BoundBulk bound,
      BulkRequest request,
      Function<String, BulkRequest> parser,
      BulkRequest unfiltered) {
    this.bound = bound;
    this.request = request;
    this.parser = parser;
    this.unfiltered = unfiltered;
  }

  @Override
  public synchronized CompletableFuture<Void> prepare(long offset, boolean nonBlocking) {
    boolean afterWrite = offset == queryEnd;
    if (offset != 0 && !afterWrite && current != null) {
      return READY;
    }
    queryEnd = -1;
    base = afterWrite ? offset : 0;
    BulkRequest asked = request;
    CompletableFuture<Bulk> taking = bound.take(asked.query());
    if (taking.isDone() && !taking.isCompletedExceptionally()) {
      keep(taking.join(), asked);
      return READY;
    }
    CompletableFuture<Void> ready = new CompletableFuture<>();
    // An interrupt completes `ready` with an error. That ends the pass too, unless others wait for
    // it.
    ready.whenComplete((done, error) -> taking.completeExceptionally(new AbandonedException()));
    taking.whenComplete((bulk, error) -> settle(ready, bulk, asked, error));
    return ready;
  }

  /** The reader was interrupted, so it no longer wants its snapshot. */
  private static final class AbandonedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AbandonedException() {
      super("the reader of this snapshot was interrupted", null, false, false);
    }
  }

  private void settle(
      CompletableFuture<Void> ready, Bulk bulk, BulkRequest asked, Throwable error) {
    if (error != null) {
      ready.completeExceptionally(error);
      return;
    }
    try {
      keep(bulk, asked);
      ready.complete(null);
    } catch (RuntimeException | Error e) {
      ready.completeExceptionally(e);
    }
  }

  private synchronized void keep(Bulk bulk, BulkRequest asked) {
    if (current != null) {
      current.release();
      current = null;
    }
    if (released) {
      bulk.release();
    } else if (!asked.isChanged()) {
      current = bulk;
    } else if (asked.equals(request)) {
      current = last.next(bulk);
    } else {
      // Another query was written meanwhile. Its first bulk will be whole.
      current = bulk;
    }
  }

  @Override
  public int read(long offset, ByteBuffer to) {
    Bulk bulk;
    long from;
    synchronized (this) {
      if (current == null || offset < base) {
        return 0;
      }
      bulk = current.retain();
      from = offset - base;
    }
    try {
      return bulk.read(from, to);
    } finally {
      bulk.release();
    }
  }

  @Override
  public synchronized int write(Caller caller, long offset, ByteBuffer from) {
    int length = from.remaining();
    String text = StandardCharsets.UTF_8.decode(from).toString().strip();
    request = text.isEmpty() ? unfiltered : parsed(text, caller);
    last.forget();
    queryEnd = offset + length;
    return length;
  }

  private BulkRequest parsed(String text, Caller caller) {
    try {
      return parser.apply(text);
    } catch (FsException e) {
      // A transport tells the error only of a lookup or an open who gets it.
      e.answeredTo(caller);
      throw e;
    }
  }

  @Override
  public synchronized void release() {
    released = true;
    if (current != null) {
      current.release();
      current = null;
    }
    last.forget();
    bound.close();
  }
}
