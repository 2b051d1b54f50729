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
import kifs.fs.node.text.Values;
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

/**
 * Takes snapshots. Readers who ask for the same thing before a pass over the host began share it; a
 * pass that nobody waits for any more is ended. Thread-safe.
 */
public final class Snapshots implements AutoCloseable {
  /** More passes at a time would only slow each other down. */
  private static final int PASSES = 2;

  /** How long a small snapshot may take on the thread of whoever asked for it. */
  private static final long INLINE_NS = 10_000_000;

  /** Fills a bulk; false if what it is about has gone. */
  public interface Content {
    boolean collect(Query query, BulkBuilder into, Cancellation cancellation);
  }

  private final KernelSource source;
  private final ChunkPool pool;
  private final AtomicLong sequence = new AtomicLong();
  private final AtomicLong spentNs = new AtomicLong();
  private final AtomicLong lastNs = new AtomicLong();
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
   * For work that waits for a pass, so that its client needn't: a thread for each that is under
   * way.
   */
  public Executor wide() {
    return wide;
  }

  /** One pass over the host, and who waits for it. */
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
        Bulk bulk = take(query, everything(), cancellation);
        readers.forEach(reader -> give(bulk, reader));
        bulk.release();
      } catch (RuntimeException | Error e) {
        readers.forEach(reader -> reader.completeExceptionally(e));
      }
    }

    private void give(Bulk bulk, CompletableFuture<Bulk> reader) {
      if (!reader.complete(bulk.retain())) {
        bulk.release();
      }
    }
  }

  /**
   * A snapshot of the host that begins after this call. The reader owns a reference of it; to stop
   * waiting, complete the future.
   */
  public CompletableFuture<Bulk> takeShared(Query query) {
    synchronized (waiting) {
      Pass pass = waiting.get(query);
      if (pass == null) {
        pass = new Pass(query);
        waiting.put(query, pass);
        passes.execute(pass);
      }
      return pass.join();
    }
  }

  /** A snapshot of something small: by the caller's own thread, unless it turns out to be large. */
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

  /** These fields of every PROCESS, for whoever counts or sums. Close it. */
  public BulkBuilder scan(Field... fields) {
    Query query = Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, fields);
    return scan(ProcessRecord.TYPE, query, Cancellation.NEVER);
  }

  /** The records of that type of the whole host, without texts. Close it. */
  public BulkBuilder scan(RecordType type, Query query, Cancellation cancellation) {
    BulkBuilder records = new BulkBuilder(pool, List.of(type));
    boolean done = false;
    try {
      source.collect(query, records, cancellation);
      done = true;
      return records;
    } finally {
      if (!done) {
        records.close();
      }
    }
  }

  /**
   * A snapshot of something so small that it can't be given up. The caller owns a reference of it.
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

  private Content everything() {
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
        throw new FsException(Errno.ESRCH, "gone");
      }
      long took = System.nanoTime() - began;
      spentNs.addAndGet(took);
      lastNs.set(took);
      Origin origin =
          new Origin(
              source.kind().code(), sequence.incrementAndGet(), realtime, boottime, source.host());
      return builder.finish(origin, took);
    } catch (BulkTooLargeException e) {
      throw new FsException(Errno.ENOMEM, e.getMessage());
    }
  }

  private static Collection<RecordType> types(Query query) {
    TreeSet<Integer> tags = new TreeSet<>(query.tags());
    if (tags.stream().map(Records::byTag).anyMatch(Records::haveTexts)) {
      tags.add(TextRecord.TYPE.tag());
    }
    return tags.stream().map(Records::byTag).toList();
  }

  /** For {@code about}: snapshots taken, what they cost, the memory that open ones hold. */
  public String status() {
    return String.format(
        "snapshots=%d%nsnapshots.seconds=%s%nsnapshots.last.seconds=%s%nsnapshots.bytes=%d%n",
        sequence.get(),
        Values.seconds(spentNs.get()),
        Values.seconds(lastNs.get()),
        pool.lentBytes());
  }

  @Override
  public void close() {
    passes.shutdownNow();
    wide.shutdownNow();
  }
}
