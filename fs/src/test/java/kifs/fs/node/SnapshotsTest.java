package kifs.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.VirtualClock;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class SnapshotsTest {
  private static final Query PROCESSES = Query.of(ProcessRecord.TYPE);

  private final SimulatedKernel kernel = new SimulatedKernel(new VirtualClock());
  private final ChunkPool pool = new ChunkPool(16 << 20, 0);

  /** A permit lets one pass go on. */
  private final Semaphore gate = new Semaphore(0);

  private final AtomicInteger passes = new AtomicInteger();
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private volatile Throwable thrown;
  private final Snapshots snapshots = new Snapshots(gated(), pool);

  @AfterEach
  void close() throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (pool.lentBytes() > 0 && System.nanoTime() < deadline) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    assertEquals(0, pool.lentBytes());
    snapshots.close();
  }

  /** The simulated kernel, but for passes, which wait at the gate and can be cancelled there. */
  private KernelSource gated() {
    kernel.spawn(1, "init");
    return (KernelSource)
        Proxy.newProxyInstance(
            KernelSource.class.getClassLoader(),
            new Class<?>[] {KernelSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("collect")) {
                passes.incrementAndGet();
                awaitGate((Cancellation) arguments[2]);
                if (thrown != null) {
                  throw thrown;
                }
              }
              try {
                return method.invoke(kernel, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private void awaitGate(Cancellation cancellation) throws InterruptedException {
    while (!gate.tryAcquire(1, TimeUnit.MILLISECONDS)) {
      if (cancellation.isCancelled()) {
        cancelled.countDown();
        cancellation.check();
      }
    }
  }

  private void awaitPasses(int count) throws InterruptedException {
    while (passes.get() < count) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
  }

  @Test
  void whoAsksBeforeAPassBeginsSharesIt() throws InterruptedException {
    // Both threads are busy, so the third kind of query waits.
    CompletableFuture<Bulk> one = snapshots.takeShared(PROCESSES);
    CompletableFuture<Bulk> other = snapshots.takeShared(Query.of(ThreadRecord.TYPE));
    awaitPasses(2);
    List<CompletableFuture<Bulk>> shared = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      shared.add(snapshots.takeShared(PROCESSES));
    }
    gate.release(3);
    Bulk first = shared.get(0).join();
    shared.forEach(reader -> assertSame(first, reader.join()));
    assertEquals(3, passes.get());
    assertTrue(one.join() != first, "a pass that had begun is older than the question");
    one.join().release();
    other.join().release();
    shared.forEach(reader -> reader.join().release());
  }

  @Test
  void aPassThatNobodyWaitsForIsEnded() throws InterruptedException {
    CompletableFuture<Bulk> one = snapshots.takeShared(PROCESSES);
    awaitPasses(1);
    one.completeExceptionally(new FsException(Errno.EINTR, "interrupted"));
    assertTrue(cancelled.await(10, TimeUnit.SECONDS));
  }

  @Test
  void oneReaderOfSeveralLeaves() throws InterruptedException {
    snapshots.takeShared(Query.of(ThreadRecord.TYPE)).cancel(false);
    CompletableFuture<Bulk> one = snapshots.takeShared(PROCESSES);
    CompletableFuture<Bulk> other = snapshots.takeShared(PROCESSES);
    one.completeExceptionally(new FsException(Errno.EINTR, "interrupted"));
    gate.release(4);
    Bulk bulk = other.join();
    assertEquals(1, bulk.count(ProcessRecord.TYPE));
    bulk.release();
  }

  /** Also what isn't an exception: nobody may wait for ever. */
  @Test
  void whateverAPassThrowsReachesItsReaders() {
    thrown = new StackOverflowError("thrown in a pass");
    gate.release(1);
    CompletableFuture<Bulk> reader = snapshots.takeShared(PROCESSES);
    assertSame(thrown, assertThrows(CompletionException.class, reader::join).getCause());
    thrown = new IllegalStateException("thrown in another");
    gate.release(1);
    CompletableFuture<Bulk> next = snapshots.takeShared(PROCESSES);
    assertSame(thrown, assertThrows(CompletionException.class, next::join).getCause());
  }

  @Test
  void somethingSmallIsTakenByTheCallersOwnThread() {
    Thread caller = Thread.currentThread();
    CompletableFuture<Bulk> own =
        snapshots.takeOwn(
            PROCESSES, (query, into, cancellation) -> Thread.currentThread() == caller);
    assertTrue(own.isDone());
    own.join().release();
  }

  @Test
  void somethingSmallThatTurnsOutLargeIsTakenElsewhere() {
    Thread caller = Thread.currentThread();
    CompletableFuture<Bulk> own =
        snapshots.takeOwn(
            PROCESSES,
            (query, into, cancellation) -> {
              while (Thread.currentThread() == caller) {
                cancellation.check();
              }
              return true;
            });
    own.join().release();
  }

  @Test
  void whatHasGoneIsAnError() {
    FsException gone =
        assertThrows(
            FsException.class, () -> snapshots.takeOwn(PROCESSES, (query, into, c) -> false));
    assertEquals(Errno.ESRCH, gone.errno());
  }
}
