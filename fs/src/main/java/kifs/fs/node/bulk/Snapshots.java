package kifs.fs.node.bulk;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkTooLargeException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Origin;
import kifs.kernel.bulk.Visibility;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.Shortage;

/**
 * Takes snapshots. Readers of the host whose queries are equal share one pass, if they ask before
 * it begins. A pass ends early if all its readers have given up. Thread-safe. Lock order: {@code
 * waiting}, then the monitor of a {@link Pass}.
 */
public final class Snapshots implements AutoCloseable {
  /** How long a snapshot may take on the reader's own thread, ns. */
  private static final long INLINE_NS = 10_000_000;

  /** Collects the records of a bulk. Passes call it from several threads. */
  public interface Content {
    /**
     * Adds the records that the query selects.
     *
     * @return false if the entity has vanished
     * @throws Cancellation.CancelledException if {@code cancellation} ended the pass
     */
    boolean collect(Query query, BulkBuilder into, Cancellation cancellation);
  }

  private final KernelSource source;
  private final ChunkPool pool;
  private final Redactor redactor;
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong spentNs = new AtomicLong();
  private final AtomicLong lastNs = new AtomicLong();

  /** What a reader of a pass may see of what he has asked for. */
  private record Share(Query asked, Visibility visibility) {}

  private record Reader(CompletableFuture<Bulk> bulk, Share share) {}

  /**
   * What readers must have in common to share a pass. A reader who joined another user's pass would
   * wait for that user's turn.
   */
  private record Shareable(Query query, long user) {}

  /** Passes that have not begun, which readers can join. Guarded by itself. */
  private final Map<Shareable, Pass> waiting = new HashMap<>();

  private final Workers workers = new Workers();

  public Snapshots(KernelSource source, ChunkPool pool) {
    this.source = source;
    this.pool = pool;
    this.redactor = new Redactor(source);
  }

  /**
   * Runs tasks that wait for a pass, or read every process. So the thread that answers the client
   * needn't wait, and the client can be interrupted. Clients that don't see everything share a few
   * threads in turns, so that they can't take the CPUs or the threads of others.
   *
   * @param visibility what the client may see
   */
  public Executor wide(Visibility visibility) {
    return workers.wide(visibility);
  }

  /** One pass over the host with its readers. Its monitor guards the list of readers. */
  private final class Pass implements Runnable {
    private final Shareable key;
    private final List<Reader> readers = new ArrayList<>();

    Pass(Shareable key) {
      this.key = key;
    }

    /** Adds a reader, who gets his share in that future. */
    synchronized void join(CompletableFuture<Bulk> bulk, Share share) {
      readers.add(new Reader(bulk, share));
    }

    private synchronized boolean isAbandoned() {
      return readers.stream().allMatch(reader -> reader.bulk().isDone());
    }

    @Override
    public void run() {
      synchronized (waiting) {
        waiting.remove(key, this);
      }
      try {
        Cancellation cancellation = this::isAbandoned;
        cancellation.check();
        Bulk bulk = take(key.query(), host(), cancellation);
        try (bulk) {
          share(bulk);
        }
      } catch (RuntimeException | Error e) {
        readers.forEach(reader -> reader.bulk().completeExceptionally(e));
      }
    }

    /** Gives each reader his part. Readers with equal shares get the same bulk. */
    private void share(Bulk whole) {
      Map<Share, List<CompletableFuture<Bulk>>> shares = new HashMap<>();
      readers.forEach(
          reader ->
              shares.computeIfAbsent(reader.share(), s -> new ArrayList<>()).add(reader.bulk()));
      shares.forEach(
          (share, waiting) -> {
            if (!waiting.stream().allMatch(CompletableFuture::isDone)) {
              try (Bulk part =
                  redactor.part(whole, share.asked(), new View(share.visibility(), 0), true)) {
                waiting.forEach(reader -> complete(reader, part));
              }
            }
          });
    }

    private void complete(CompletableFuture<Bulk> reader, Bulk bulk) {
      if (!reader.complete(bulk.retain())) {
        bulk.release();
      }
    }
  }

  /**
   * Takes a snapshot of the host that begins after this call.
   *
   * @param visibility what the reader may see of it
   * @return the reader owns a reference of the bulk. A reader that gives up completes the future
   *     itself. The future fails with ENOMEM if the bulk would be too large
   * @throws FsException EAGAIN if the reader's user has too many reads that wait
   */
  public CompletableFuture<Bulk> takeShared(Query query, Visibility visibility) {
    Query wide = visibility.seesAll() ? query : redactor.ofHost(query);
    Shareable key = new Shareable(wide, Workers.user(visibility));
    CompletableFuture<Bulk> bulk = workers.reader(visibility);
    synchronized (waiting) {
      Pass pass = waiting.get(key);
      if (pass == null) {
        pass = new Pass(key);
        workers.pass(visibility, bulk, pass);
        // Only a pass that will run can be joined. It can't begin before this lock is released.
        waiting.put(key, pass);
      }
      pass.join(bulk, new Share(query, visibility));
    }
    return bulk;
  }

  /**
   * Takes a snapshot of an entity, on the caller's own thread if that takes less than 10 ms.
   * Otherwise the pass is cancelled as too large, and begins again on a thread for passes.
   *
   * @param view what the reader may see of it
   * @return as {@link #takeShared} does
   * @throws FsException ESRCH if the entity has vanished, ENOMEM if the bulk would be too large,
   *     EAGAIN if the reader's user has too many reads that wait
   */
  public CompletableFuture<Bulk> takeOwn(Query query, Content content, View view) {
    long deadline = System.nanoTime() + INLINE_NS;
    try {
      Bulk bulk = take(query, content, view, () -> System.nanoTime() - deadline > 0);
      return CompletableFuture.completedFuture(bulk);
    } catch (Cancellation.CancelledException tooLarge) {
      CompletableFuture<Bulk> reader = workers.reader(view.visibility());
      workers.pass(view.visibility(), reader, () -> takeLarge(query, content, view, reader));
      return reader;
    }
  }

  private Bulk take(Query query, Content content, View view, Cancellation cancellation) {
    if (view.visibility().seesAll()) {
      return take(query, content, cancellation);
    }
    try (Bulk whole = take(redactor.ofOne(query), content, cancellation)) {
      return redactor.part(whole, query, view, false);
    }
  }

  /**
   * Reads the given fields of every PROCESS, on the caller's thread. The caller closes the result.
   */
  public BulkBuilder collect(Field... fields) {
    return collect(Field.mask(fields));
  }

  /**
   * Reads the given fields of every PROCESS, on the caller's thread. The caller closes the result.
   *
   * @param fields mask of the fields
   */
  public BulkBuilder collect(long fields) {
    Query query = Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, fields);
    return collect(ProcessRecord.TYPE, query, Cancellation.NEVER);
  }

  /**
   * Reads the records of one type of the whole host, without texts, on the caller's thread. The
   * caller closes the result.
   *
   * @throws FsException ENOMEM if the records need too much memory
   */
  public BulkBuilder collect(RecordType type, Query query, Cancellation cancellation) {
    BulkBuilder records = new BulkBuilder(pool, List.of(type));
    boolean done = false;
    try {
      source.collect(query, records, cancellation);
      done = true;
      return records;
    } catch (BulkTooLargeException e) {
      throw tooLarge(e);
    } finally {
      if (!done) {
        records.close();
      }
    }
  }

  /**
   * Takes a snapshot that is so small that nothing has to cancel it, on the caller's thread.
   *
   * @param view what the reader may see of it
   * @return the caller owns a reference of it
   * @throws FsException ESRCH if the entity has vanished, ENOMEM if the bulk would be too large
   */
  public Bulk take(Query query, Content content, View view) {
    return take(query, content, view, Cancellation.NEVER);
  }

  private void takeLarge(Query query, Content content, View view, CompletableFuture<Bulk> reader) {
    try {
      Bulk bulk = take(query, content, view, reader::isDone);
      if (!reader.complete(bulk)) {
        bulk.release();
      }
    } catch (RuntimeException | Error e) {
      reader.completeExceptionally(e);
    }
  }

  /** The content of a bulk of one process. The ref stays the caller's. */
  Content of(ProcessRef process) {
    return (query, into, cancellation) -> source.collect(process, query, into, cancellation);
  }

  private Content host() {
    return (query, into, cancellation) -> {
      source.collect(query, into, cancellation);
      return true;
    };
  }

  private Bulk take(Query query, Content content, Cancellation cancellation) {
    long realtime = source.clock().realtimeNs();
    long boottime = source.clock().boottimeNs();
    long began = System.nanoTime();
    try (BulkBuilder builder = new BulkBuilder(pool, Redactor.types(query))) {
      if (!content.collect(query, builder, cancellation)) {
        throw new FsException(Errno.ESRCH, "the entity has vanished");
      }
      long took = System.nanoTime() - began;
      spentNs.addAndGet(took);
      lastNs.set(took);
      Origin origin =
          new Origin(
              source.kind().code(), sequence.incrementAndGet(), realtime, boottime, source.host());
      return builder.finish(origin, took);
    } catch (BulkTooLargeException e) {
      throw tooLarge(e);
    }
  }

  static FsException tooLarge(BulkTooLargeException e) {
    Shortage.MEMORY.note();
    return new FsException(Errno.ENOMEM, e.getMessage());
  }

  /**
   * The snapshots so far.
   *
   * @param taken how many were taken
   * @param spentNs the time that all of them took, ns
   * @param lastNs the time that the last one took, ns
   * @param held how many finished bulks are in memory now
   * @param heldBytes memory of those and of bulks in progress, bytes
   * @param maxBytes the maximum of that memory, bytes
   * @param maxBytesOfUser the maximum of one user who doesn't see everything, bytes
   */
  public record Status(
      long taken,
      long spentNs,
      long lastNs,
      int held,
      long heldBytes,
      long maxBytes,
      long maxBytesOfUser) {}

  public Status status() {
    return new Status(
        sequence.get(),
        spentNs.get(),
        lastNs.get(),
        pool.bulks() + redactor.bulks(),
        pool.lentBytes() + redactor.lentBytes(),
        pool.capacity() + Redactor.MAX_BYTES,
        Redactor.MAX_BYTES_OF_USER);
  }

  @Override
  public void close() {
    workers.close();
  }
}
