package kifs.fs.node.bulk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkTooLargeException;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Origin;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.TextRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.Shortage;

/**
 * Takes snapshots. Readers of the host whose queries are equal share one pass, if they ask before
 * it begins. A pass ends early if all its readers have given up. Thread-safe. Lock order: {@code
 * waiting}, then the monitor of a {@link Pass}.
 */
public final class Snapshots implements AutoCloseable {
  /** Passes that run at the same time. More would only slow each other down. */
  private static final int PASSES = 2;

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
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong spentNs = new AtomicLong();
  private final AtomicLong lastNs = new AtomicLong();

  /** Passes that have not begun, which readers can join. Guarded by itself. */
  private final Map<Query, Pass> waiting = new HashMap<>();

  private final ExecutorService passes;
  private final ExecutorService wide;

  public Snapshots(KernelSource source, ChunkPool pool) {
    this.source = source;
    this.pool = pool;
    ThreadPoolExecutor executor =
        new ThreadPoolExecutor(
            PASSES,
            PASSES,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> daemon(task, "kifs-snapshot"));
    executor.allowCoreThreadTimeOut(true);
    this.passes = executor;
    this.wide = Executors.newCachedThreadPool(task -> daemon(task, "kifs-wide"));
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Runs tasks that wait for a pass, each on a thread of its own. So the thread that answers the
   * client needn't wait, and the client can be interrupted.
   */
  public Executor wide() {
    return wide;
  }

  /** One pass over the host with its readers. Its monitor guards the list of readers. */
  private final class Pass implements Runnable {
    private final Query query;
    private final List<CompletableFuture<Bulk>> readers = new ArrayList<>();

    Pass(Query query) {
      this.query = query;
    }

    synchronized CompletableFuture<Bulk> join() {
      CompletableFuture<Bulk> reader = new CompletableFuture<>();
      readers.add(reader);
      return reader;
    }

    private synchronized boolean isAbandoned() {
      return readers.stream().allMatch(CompletableFuture::isDone);
    }

    @Override
    public void run() {
      synchronized (waiting) {
        waiting.remove(query, this);
      }
      try {
        Cancellation cancellation = this::isAbandoned;
        cancellation.check();
        Bulk bulk = take(query, host(), cancellation);
        readers.forEach(reader -> complete(reader, bulk));
        bulk.release();
      } catch (RuntimeException | Error e) {
        readers.forEach(reader -> reader.completeExceptionally(e));
      }
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
   * @return the reader owns a reference of the bulk. A reader that gives up completes the future
   *     itself. The future fails with ENOMEM if the bulk would be too large
   */
  public CompletableFuture<Bulk> takeShared(Query query) {
    synchronized (waiting) {
      Pass pass = waiting.get(query);
      if (pass == null) {
        pass = new Pass(query);
        passes.execute(pass);
        // Only a pass that will run can be joined. It can't begin before this lock is released.
        waiting.put(query, pass);
      }
      return pass.join();
    }
  }

  /**
   * Takes a snapshot of an entity, on the caller's own thread if that takes less than 10 ms.
   * Otherwise the pass is cancelled as too large, and begins again on a thread for passes.
   *
   * @return as {@link #takeShared} does
   * @throws FsException ESRCH if the entity has vanished, ENOMEM if the bulk would be too large
   */
  public CompletableFuture<Bulk> takeOwn(Query query, Content content) {
    long deadline = System.nanoTime() + INLINE_NS;
    try {
      Bulk bulk = take(query, content, () -> System.nanoTime() - deadline > 0);
      return CompletableFuture.completedFuture(bulk);
    } catch (Cancellation.CancelledException tooLarge) {
      CompletableFuture<Bulk> reader = new CompletableFuture<>();
      passes.execute(() -> takeLarge(query, content, reader));
      return reader;
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
   * @return the caller owns a reference of it
   * @throws FsException ESRCH if the entity has vanished, ENOMEM if the bulk would be too large
   */
  public Bulk take(Query query, Content content) {
    return take(query, content, Cancellation.NEVER);
  }

  private void takeLarge(Query query, Content content, CompletableFuture<Bulk> reader) {
    try {
      Bulk bulk = take(query, content, reader::isDone);
      if (!reader.complete(bulk)) {
        bulk.release();
      }
    } catch (RuntimeException | Error e) {
      reader.completeExceptionally(e);
    }
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
    try (BulkBuilder builder = new BulkBuilder(pool, types(query))) {
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

  private static FsException tooLarge(BulkTooLargeException e) {
    Shortage.MEMORY.note();
    return new FsException(Errno.ENOMEM, e.getMessage());
  }

  private static Collection<RecordType> types(Query query) {
    TreeSet<Integer> tags = new TreeSet<>(query.tags());
    if (tags.stream().map(Records::byTag).anyMatch(Records::haveTexts)) {
      tags.add(TextRecord.TYPE.tag());
    }
    return tags.stream().map(Records::byTag).toList();
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
   */
  public record Status(
      long taken, long spentNs, long lastNs, int held, long heldBytes, long maxBytes) {}

  public Status status() {
    return new Status(
        sequence.get(),
        spentNs.get(),
        lastNs.get(),
        pool.bulks(),
        pool.lentBytes(),
        pool.capacity());
  }

  @Override
  public void close() {
    passes.shutdownNow();
    wide.shutdownNow();
  }
}
