package kifs.fs.node.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import kifs.fs.access.Viewer;
import kifs.fs.root.Rig;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.testing.Await;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SnapshotsTest {
  private static final Query QUERY = Query.of(ProcessRecord.TYPE);

  /** Runs in a pass before the pass reads anything. */
  private interface Hook {
    void begin(Query query, Cancellation cancellation) throws Throwable;
  }

  private volatile Hook hook = (query, cancellation) -> {};
  private final ConcurrentLinkedQueue<Query> passes = new ConcurrentLinkedQueue<>();
  private final VirtualClock clock = new VirtualClock();
  private final SimulatedKernel kernel = new SimulatedKernel(clock);
  private ChunkPool pool = new ChunkPool(64L << 20, 0);
  private static final View ALL = new View(Viewer.OF_ALL, 0);

  private Snapshots snapshots = new Snapshots(source(), pool);

  private KernelSource source() {
    kernel.spawn(100, "java");
    return (KernelSource)
        Proxy.newProxyInstance(
            KernelSource.class.getClassLoader(),
            new Class<?>[] {KernelSource.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("collect")) {
                passes.add((Query) arguments[0]);
                hook.begin((Query) arguments[0], (Cancellation) arguments[2]);
              }
              try {
                return method.invoke(kernel, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @AfterEach
  void allMemoryIsReturned() {
    snapshots.close();
    awaitLent(0);
  }

  private void awaitLent(long bytes) {
    Await.until(() -> pool.lentBytes() + " bytes lent", () -> pool.lentBytes() == bytes);
  }

  private static Query other(int i) {
    return QUERY.withUids(Set.of(i));
  }

  /** Keeps both threads busy with passes that no reader joins. */
  private final class Busy {
    private final CountDownLatch end = new CountDownLatch(1);
    private final Semaphore begun = new Semaphore(0);
    private final List<CompletableFuture<Bulk>> readers = new ArrayList<>();

    Busy() throws InterruptedException {
      hook =
          (query, cancellation) -> {
            if (!query.uids().isEmpty()) {
              begun.release();
              end.await();
            }
          };
      readers.add(snapshots.takeShared(other(1), Viewer.OF_ALL));
      readers.add(snapshots.takeShared(other(2), Viewer.OF_ALL));
      assertTrue(begun.tryAcquire(2, 30, TimeUnit.SECONDS), "two passes at a time");
    }

    void end() {
      end.countDown();
      readers.forEach(reader -> Rig.done(reader).release());
    }
  }

  private int passesOf(Query query) {
    return (int) passes.stream().filter(query::equals).count();
  }

  @Test
  void readersThatAskBeforeAPassBeginsShareIt() throws Exception {
    List<CompletableFuture<Bulk>> readers = new ArrayList<>();
    CompletableFuture<Bulk> different;
    Busy busy = new Busy();
    for (int i = 0; i < 10; i++) {
      readers.add(snapshots.takeShared(QUERY, Viewer.OF_ALL));
    }
    different = snapshots.takeShared(QUERY.withPids(Set.of(100)), Viewer.OF_ALL);
    assertEquals(2, passes.size(), "a third pass runs at the same time");
    busy.end();
    try (Bulk first = Rig.done(readers.get(0))) {
      for (CompletableFuture<Bulk> reader : readers) {
        assertSame(first, Rig.done(reader));
      }
      assertNotSame(first, Rig.done(different));
      assertEquals(1, passesOf(QUERY));
      Rig.done(different).release();
      // Each reader has a reference of its own.
      for (int i = 0; i < 9; i++) {
        first.release();
        assertEquals(1, first.count(ProcessRecord.TYPE));
      }
      assertTrue(pool.lentBytes() > 0);
    }
  }

  @Test
  void aReaderThatAsksLaterGetsALaterPass() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    // Two passes run at the same time, so each waits for its own latch: sequence numbers are given
    // in the order in which passes end.
    Queue<CountDownLatch> ends =
        new ConcurrentLinkedQueue<>(List.of(new CountDownLatch(1), new CountDownLatch(1)));
    CountDownLatch firstEnds = ends.element();
    hook =
        (query, cancellation) -> {
          CountDownLatch end = ends.remove();
          begun.countDown();
          end.await();
        };
    CompletableFuture<Bulk> early = snapshots.takeShared(QUERY, Viewer.OF_ALL);
    assertTrue(begun.await(30, TimeUnit.SECONDS), "the pass doesn't begin");
    CountDownLatch secondEnds = ends.element();
    clock.advance(1);
    long askedNs = clock.boottimeNs();
    CompletableFuture<Bulk> late = snapshots.takeShared(QUERY, Viewer.OF_ALL);
    firstEnds.countDown();
    try (Bulk first = Rig.done(early)) {
      secondEnds.countDown();
      try (Bulk second = Rig.done(late)) {
        assertNotSame(first, second);
        assertTrue(sequence(second) > sequence(first), "the sequence number increases");
        assertTrue(boottimeNs(first) < askedNs, "the first pass began before the second reader");
        assertTrue(boottimeNs(second) >= askedNs, "the second pass began after its reader asked");
        assertEquals(2, passesOf(QUERY));
      }
    }
  }

  private static long sequence(Bulk bulk) {
    return bulk.snapshot().get(SnapshotRecord.SEQUENCE);
  }

  private static long boottimeNs(Bulk bulk) {
    return bulk.snapshot().get(SnapshotRecord.BOOTTIME);
  }

  private static void leave(CompletableFuture<Bulk> reader) {
    assertTrue(reader.completeExceptionally(new FsException(Errno.EINTR, "interrupted")));
  }

  @Test
  void aPassWithoutReadersEnds() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicReference<Cancellation> asked = new AtomicReference<>();
    CompletableFuture<Bulk> only;
    Busy busy = new Busy();
    Hook whileBusy = hook;
    hook =
        (query, cancellation) -> {
          if (query.uids().isEmpty()) {
            asked.set(cancellation);
            begun.countDown();
            Await.until("cancelled", cancellation::isCancelled);
            ended.countDown();
          } else {
            whileBusy.begin(query, cancellation);
          }
        };
    only = snapshots.takeShared(QUERY, Viewer.OF_ALL);
    CompletableFuture<Bulk> second = snapshots.takeShared(QUERY, Viewer.OF_ALL);
    leave(second);
    busy.end();
    assertTrue(begun.await(30, TimeUnit.SECONDS), "the pass doesn't begin");
    assertFalse(asked.get().isCancelled(), "one reader still waits");
    leave(only);
    assertTrue(ended.await(30, TimeUnit.SECONDS), "the pass goes on without readers");
    hook = (query, cancellation) -> {};
    Rig.done(snapshots.takeShared(QUERY, Viewer.OF_ALL)).release();
  }

  @Test
  void aReaderThatLeavesDoesNotDisturbTheOthers() throws Exception {
    CompletableFuture<Bulk> stays;
    Busy busy = new Busy();
    CompletableFuture<Bulk> leaves = snapshots.takeShared(QUERY, Viewer.OF_ALL);
    stays = snapshots.takeShared(QUERY, Viewer.OF_ALL);
    leave(leaves);
    assertFalse(stays.isDone());
    busy.end();
    try (Bulk bulk = Rig.done(stays)) {
      assertEquals(1, bulk.count(ProcessRecord.TYPE));
    }
  }

  @Test
  void aPassWithoutReadersNeverBegins() throws Exception {
    Query next = QUERY.withPids(Set.of(100));
    CompletableFuture<Bulk> after;
    Busy busy = new Busy();
    leave(snapshots.takeShared(QUERY, Viewer.OF_ALL));
    after = snapshots.takeShared(next, Viewer.OF_ALL);
    busy.end();
    Rig.done(after).release();
    snapshots.close();
    assertEquals(0, passesOf(QUERY));
    assertEquals(1, passesOf(next));
  }

  @Test
  void aFailureReachesAllReaders() throws Exception {
    List<CompletableFuture<Bulk>> readers = new ArrayList<>();
    Busy busy = new Busy();
    Hook whileBusy = hook;
    hook =
        (query, cancellation) -> {
          if (query.uids().isEmpty()) {
            throw new IllegalStateException("broken");
          }
          whileBusy.begin(query, cancellation);
        };
    for (int i = 0; i < 3; i++) {
      readers.add(snapshots.takeShared(QUERY, Viewer.OF_ALL));
    }
    busy.end();
    for (CompletableFuture<Bulk> reader : readers) {
      IllegalStateException e = assertThrows(IllegalStateException.class, () -> Rig.done(reader));
      assertEquals("broken", e.getMessage());
    }
    assertEquals(1, passesOf(QUERY));
    hook = (query, cancellation) -> {};
    Rig.done(snapshots.takeShared(QUERY, Viewer.OF_ALL)).release();
  }

  @Test
  void tooLargeIsENOMEM() {
    snapshots.close();
    pool = new ChunkPool(ChunkPool.CHUNK_BYTES - 1, 0);
    snapshots = new Snapshots(kernel, pool);
    FsException shared =
        assertThrows(FsException.class, () -> Rig.done(snapshots.takeShared(QUERY, Viewer.OF_ALL)));
    assertEquals(Errno.ENOMEM, shared.errno());
    FsException own = assertThrows(FsException.class, () -> own(QUERY));
    assertEquals(Errno.ENOMEM, own.errno());
  }

  private CompletableFuture<Bulk> own(Query query) {
    return snapshots.takeOwn(
        query,
        (q, into, cancellation) -> {
          kernel.collect(q, into, cancellation);
          return true;
        },
        ALL);
  }

  @Test
  void aSmallSnapshotIsTakenAtOnce() {
    CompletableFuture<Bulk> own = own(QUERY);
    assertTrue(own.isDone());
    own.join().release();
    FsException gone =
        assertThrows(
            FsException.class,
            () -> snapshots.takeOwn(QUERY, (q, into, cancellation) -> false, ALL));
    assertEquals(Errno.ESRCH, gone.errno());
  }

  @Test
  void aLargeSnapshotIsTakenByAnotherThread() throws Exception {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch goOn = new CountDownLatch(1);
    Snapshots.Content large =
        (query, into, cancellation) -> {
          if (begun.incrementAndGet() == 1) {
            Await.until("cancelled", cancellation::isCancelled);
            cancellation.check();
          }
          await(goOn);
          kernel.collect(query, into, cancellation);
          return true;
        };
    CompletableFuture<Bulk> reader = snapshots.takeOwn(QUERY, large, ALL);
    assertFalse(reader.isDone());
    goOn.countDown();
    try (Bulk bulk = Rig.done(reader)) {
      assertEquals(1, bulk.count(ProcessRecord.TYPE));
      assertEquals(2, begun.get());
    }

    CountDownLatch ended = new CountDownLatch(1);
    CompletableFuture<Bulk> abandoned =
        snapshots.takeOwn(
            QUERY,
            (query, into, cancellation) -> {
              Await.until("cancelled", cancellation::isCancelled);
              if (begun.incrementAndGet() == 4) {
                ended.countDown();
              }
              cancellation.check();
              return true;
            },
            ALL);
    leave(abandoned);
    assertTrue(ended.await(30, TimeUnit.SECONDS), "the pass goes on without a reader");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Clients of one class of viewer share a bulk. Another class of the same user gets another part
   * of one pass. Another user has a pass of his own.
   */
  @Test
  void viewersOfOneClassShareABulk() throws Exception {
    Viewer one = new Viewer(false, 1000, 1000, 0, true, false);
    Viewer equal = new Viewer(false, 1000, 1000, 0, true, false);
    Viewer other = new Viewer(false, 1000, 2000, 0, true, false);
    Viewer stranger = new Viewer(false, 2000, 2000, 0, true, false);
    kernel.simulated(100).uid(1000).gid(1000);
    Busy busy = new Busy();
    CompletableFuture<Bulk> before = snapshots.takeShared(other(3), one);
    assertTrue(busy.begun.tryAcquire(30, TimeUnit.SECONDS), "passes of users have a thread");
    CompletableFuture<Bulk> first = snapshots.takeShared(QUERY, one);
    CompletableFuture<Bulk> second = snapshots.takeShared(QUERY, equal);
    CompletableFuture<Bulk> third = snapshots.takeShared(QUERY, other);
    CompletableFuture<Bulk> fourth = snapshots.takeShared(QUERY, stranger);
    busy.end();
    Rig.done(before).release();
    try (Bulk mine = Rig.done(first);
        Bulk same = Rig.done(second);
        Bulk others = Rig.done(third);
        Bulk strangers = Rig.done(fourth)) {
      assertSame(mine, same);
      assertNotSame(mine, others);
      assertEquals(
          mine.snapshot().get(SnapshotRecord.SEQUENCE),
          others.snapshot().get(SnapshotRecord.SEQUENCE));
      assertNotEquals(
          mine.snapshot().get(SnapshotRecord.SEQUENCE),
          strangers.snapshot().get(SnapshotRecord.SEQUENCE));
    }
  }

  /** A user can't wait with so many reads that none is left for others. */
  @Test
  void aUserWhoseReadsWaitIsRefusedMore() throws Exception {
    Viewer one = new Viewer(false, 1000, 1000, 0, true, false);
    Viewer other = new Viewer(false, 2000, 2000, 0, true, false);
    Busy busy = new Busy();
    List<CompletableFuture<Bulk>> readers = new ArrayList<>();
    for (int i = 0; i < 256; i++) {
      readers.add(snapshots.takeShared(other(3), one));
    }
    FsException refused =
        assertThrows(FsException.class, () -> snapshots.takeShared(other(3), one));
    assertEquals(Errno.EAGAIN, refused.errno());
    readers.add(snapshots.takeShared(other(3), other));
    readers.add(snapshots.takeShared(other(3), Viewer.OF_ALL));
    leave(readers.get(0));
    readers.set(0, snapshots.takeShared(other(3), one));
    busy.end();
    for (CompletableFuture<Bulk> reader : readers) {
      Rig.done(reader).release();
    }
    Rig.done(snapshots.takeShared(other(3), one)).release();
  }
}
