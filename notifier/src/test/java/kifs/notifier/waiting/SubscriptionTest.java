package kifs.notifier.waiting;

import static kifs.notifier.Rig.MIB;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.TICK;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.Rig;
import kifs.notifier.entity.Scopes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A waiter's queue, its listener, and its end. */
class SubscriptionTest {
  private final Rig rig = new Rig();
  private final SimulatedProcess java = rig.kernel.spawn("java").rss(100 * MIB);

  @AfterEach
  void close() {
    rig.close();
  }

  private Subscription changes() {
    return rig.open(rig.process(java), "rss/changes/any");
  }

  private void change(int times) {
    for (int i = 0; i < times; i++) {
      java.rss(100 * MIB + rig.now() % 1_000_003 * 4096);
      rig.run(TICK);
    }
  }

  @Test
  void eventsThatDoNotFitAreCountedAsLost() {
    Subscription changes = changes();
    change(300);
    List<String> lost = events(changes, "lost");
    assertEquals(256, lost.size());
    assertEquals("44", lost.get(0));
    assertTrue(lost.subList(1, 256).stream().allMatch("0"::equals));
    change(1);
    assertEquals(List.of("0"), events(changes, "lost"));
  }

  @Test
  void seqCountsTheEventsOfOneOpen() {
    Subscription first = changes();
    change(2);
    Subscription second = changes();
    change(2);
    assertEquals(List.of("1", "2", "3", "4"), events(first, "seq"));
    assertEquals(List.of("1", "2"), events(second, "seq"));
  }

  @Test
  void aLineThatDoesNotFitStaysInTheQueue() {
    Subscription changes = changes();
    java.rss(200 * MIB);
    rig.run(TICK);
    assertNull(changes.poll(0));
    int length = changes.poll(4096).length();
    java.rss(300 * MIB);
    rig.run(TICK);
    assertNull(changes.poll(length - 1));
    assertTrue(changes.isReady());
    assertEquals(length, changes.poll(length).length());
    assertFalse(changes.isReady());
  }

  @Test
  void aListenerIsCalledAtOnceIfThereIsAnEventOrTheEnd() {
    Subscription changes = changes();
    int[] woken = new int[1];
    changes.onReady(() -> woken[0]++);
    assertEquals(0, woken[0]);
    change(1);
    assertEquals(1, woken[0]);
    changes.onReady(() -> woken[0] += 10);
    assertEquals(11, woken[0]);
    count(changes);
    java.exit(0);
    rig.run(0);
    assertEquals(21, woken[0]);
    changes.onReady(() -> woken[0] += 100);
    assertEquals(121, woken[0]);
  }

  @Test
  void aListenerMayOpenAndCloseOthers() {
    Subscription first = changes();
    Subscription second = changes();
    List<Subscription> more = new ArrayList<>();
    first.onReady(
        () -> {
          second.close();
          first.close();
          more.add(rig.on(rig.process(java), "rss/above/1"));
        });
    change(1);
    rig.run(0);
    assertEquals(1, more.size());
    assertEquals(1, count(more.get(0)));
    assertEquals(1, rig.notifier.status().waiters());
  }

  @Test
  void aListenerIsCalledWithoutALock() throws Exception {
    Subscription changes = changes();
    boolean[] free = new boolean[1];
    changes.onReady(
        () -> {
          Thread other =
              new Thread(
                  () -> {
                    rig.notifier.status();
                    changes.isReady();
                    rig.on(rig.process(java), "rss/above/1").close();
                    free[0] = true;
                  });
          other.start();
          try {
            other.join(5000);
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
        });
    change(1);
    changes.close();
    assertTrue(free[0]);
  }

  @Test
  void aListenerThatFailsDoesNotHarmTheOthers() {
    Subscription first = changes();
    Subscription second = changes();
    int[] woken = new int[1];
    first.onReady(
        () -> {
          throw new IllegalStateException("on purpose");
        });
    second.onReady(() -> woken[0]++);
    change(2);
    assertEquals(2, woken[0]);
    List<String> logged = rig.errors.take();
    assertEquals(2, logged.size(), logged::toString);
    assertTrue(logged.get(0).contains("IllegalStateException: on purpose"), logged::toString);
    first.close();
  }

  @Test
  void aSubscriptionClosedDuringAPassIsNotCalled() {
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/500M");
    Subscription other = rig.open(Scopes.eachProcess(), "rss/above/500M");
    int[] woken = new int[1];
    each.onReady(() -> woken[0]++);
    java.rss(600 * MIB);
    rig.source.inPass =
        () -> {
          rig.source.inPass = () -> {};
          each.close();
        };
    rig.run(TICK);
    assertEquals(0, woken[0]);
    assertEquals(0, count(each));
    assertEquals(1, count(other));
  }

  @Test
  void closingTheLastSubscriptionDuringASampleReleasesEverything() {
    Subscription one = rig.open(rig.process(java), "cpu/above/50");
    rig.source.inRead =
        () -> {
          rig.source.inRead = () -> {};
          one.close();
        };
    rig.run(TICK);
    assertEquals(0, rig.source.openRefs());
    assertEquals(Long.MAX_VALUE, rig.notifier.turn());
  }

  @Test
  void anEntityThatVanishesDuringASampleEndsTheWait() {
    rig.kernel.withoutEvents();
    Subscription one = changes();
    rig.source.inRead =
        () -> {
          rig.source.inRead = () -> {};
          java.exit(0);
        };
    rig.run(3 * TICK);
    assertTrue(one.isEnded());
    rig.run(SECOND);
    assertEquals(0, count(one));
  }

  /** A reader that polls at the moment of the end sees the last event before it sees the end. */
  @Test
  void aSubscriptionIsNotOverBeforeItsLastEventIsRead() {
    for (int i = 0; i < 2000; i++) {
      SimulatedProcess shortLived = rig.kernel.spawn("short");
      Subscription exit = rig.open(rig.process(shortLived), "exit/occurs/any");
      CompletableFuture<Boolean> ready = CompletableFuture.supplyAsync(() -> isReadyFirst(exit));
      shortLived.exit(0);
      rig.run(TICK);
      assertTrue(ready.join(), "an event before the end");
      assertFalse(exit.isOver());
      assertEquals(1, count(exit));
      assertTrue(exit.isOver());
      exit.close();
    }
  }

  private static boolean isReadyFirst(Subscription subscription) {
    boolean ready = false;
    boolean over = false;
    while (!ready && !over) {
      over = subscription.isOver();
      ready = subscription.isReady();
    }
    return ready && !over;
  }
}
