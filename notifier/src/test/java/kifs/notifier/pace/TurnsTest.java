package kifs.notifier.pace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.FollowingClock;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.CountingSource;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;
import kifs.notifier.Rig;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import kifs.testing.Await;
import kifs.testing.LoggedErrors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The notifier's own thread, in real time. */
@Timeout(60)
class TurnsTest {
  private final SimulatedKernel kernel =
      new SimulatedKernel(new FollowingClock(1_000_000_000_000L, 0));
  private final CountingSource source = new CountingSource(kernel);
  private final ChunkPool pool = new ChunkPool(16L << 20, 1L << 20);
  private final LoggedErrors errors = new LoggedErrors();
  private final Notifier notifier =
      Notifier.start(source, pool, Rig::name, new NotifierOptions(5 * Rig.MS, 100, 100));
  private final SimulatedProcess java = kernel.spawn("java").rss(1);

  @AfterEach
  void close() {
    notifier.close();
    assertTrue(threads().isEmpty(), "a notifier that is closed has no thread");
    assertEquals(0, source.openRefs());
    errors.close();
  }

  private static void await(CountDownLatch latch, String what) throws InterruptedException {
    assertTrue(latch.await(Await.LIMIT.toMillis(), TimeUnit.MILLISECONDS), what);
  }

  private static List<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("kifs-notifier"))
        .toList();
  }

  private static void awaitState(Thread thread, Thread.State state) {
    Await.until(() -> thread + " is " + thread.getState(), () -> thread.getState() == state);
  }

  private Subscription open(String path) throws Exception {
    Scope scope = Scopes.process(source.process(java.pid()).orElseThrow());
    return notifier.subscribe(scope, Rig.condition(scope, path), 0);
  }

  @Test
  void oneThreadServesAllWaiters() throws Exception {
    Thread thread = threads().get(0);
    assertTrue(thread.isDaemon());
    for (int i = 0; i < 3; i++) {
      Subscription subscription = open("rss/above/10");
      java.rss(20);
      Await.until("an event", subscription::isReady);
      assertNotNull(subscription.poll(4096));
      assertEquals(List.of(thread), threads());
      subscription.close();
      java.rss(1);
    }
  }

  @Test
  void theThreadSleepsWhileThereIsNoWaiter() throws Exception {
    Thread thread = threads().get(0);
    awaitState(thread, Thread.State.WAITING);
    Subscription subscription = open("rss/above/10");
    awaitState(thread, Thread.State.TIMED_WAITING);
    subscription.close();
    awaitState(thread, Thread.State.WAITING);
  }

  @Test
  void anExitBeforeTheWatchIsSetEndsTheWait() throws Exception {
    source.onWatch = () -> java.exit(3);
    Subscription exit = open("exit/occurs/any");
    Await.until("the exit", exit::isEnded);
    assertTrue(exit.isReady());
  }

  @Test
  void anExitEndsAWaitAtOnce() throws Exception {
    Subscription exit = open("exit/occurs/any");
    CountDownLatch woken = new CountDownLatch(1);
    exit.onReady(woken::countDown);
    java.exit(3);
    await(woken, "the waiter is woken");
    assertTrue(exit.isEnded());
    assertEquals(List.of("3"), Rig.events(exit, "status"));
  }

  @ParameterizedTest
  @ValueSource(classes = {IllegalStateException.class, OutOfMemoryError.class})
  void turnsContinueAfterAFailure(Class<? extends Throwable> failure) throws Exception {
    Subscription subscription = open("rss/above/10");
    CountDownLatch failed = new CountDownLatch(1);
    source.inRead =
        () -> {
          source.inRead = () -> {};
          failed.countDown();
          throwAny(failure);
        };
    java.rss(20);
    await(failed, "a turn fails");
    Await.until("an event", subscription::isReady);
    assertFalse(subscription.isEnded());
    List<String> logged = errors.take();
    assertEquals(1, logged.size(), logged::toString);
    assertTrue(logged.get(0).contains(failure.getName() + ": on purpose"), logged::toString);
  }

  private static void throwAny(Class<? extends Throwable> failure) {
    if (failure == OutOfMemoryError.class) {
      throw new OutOfMemoryError("on purpose");
    }
    throw new IllegalStateException("on purpose");
  }

  @Test
  void aListenerMayCloseTheNotifier() throws Exception {
    Subscription subscription = open("rss/above/10");
    CountDownLatch closed = new CountDownLatch(1);
    subscription.onReady(
        () -> {
          notifier.close();
          closed.countDown();
        });
    java.rss(20);
    await(closed, "the listener closes the notifier");
    Await.until("the thread ends", () -> threads().isEmpty());
  }

  @Test
  void closingWaitsForThePresentTurn() throws Exception {
    open("rss/above/10");
    CountDownLatch reading = new CountDownLatch(1);
    boolean[] read = new boolean[1];
    source.inRead =
        () -> {
          reading.countDown();
          try {
            Thread.sleep(100);
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          read[0] = true;
        };
    await(reading, "a turn reads the process");
    notifier.close();
    assertTrue(read[0]);
  }
}
