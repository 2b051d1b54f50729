package kifs.notifier;

import static kifs.notifier.Rig.MIB;
import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.TICK;
import static kifs.notifier.Rig.count;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Many waiters cost as much as one, and each gets the events that it would get alone. */
class SharingTest {
  private final Rig rig = new Rig(new NotifierOptions(TICK, 2000, 2000));
  private final SimulatedProcess java = rig.kernel.spawn("java").rss(100 * MIB);

  @AfterEach
  void close() {
    rig.close();
  }

  private Subscription open(String path) {
    return rig.open(rig.process(java), path);
  }

  private void rss(long mib) {
    java.rss(mib * MIB);
    rig.run(TICK);
  }

  @Test
  void aThousandWaitersAreOneEvaluation() {
    List<Subscription> all = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      all.add(rig.on(Scopes.eachProcess(), "rss/above/500M"));
    }
    assertEquals(1, rig.notifier.status().conditions());
    long passes = rig.kernel.passes();
    rig.run(10 * SECOND);
    assertEquals(101, rig.kernel.passes() - passes, 1);
    long reads = rig.kernel.reads();
    rss(600);
    assertTrue(rig.kernel.reads() - reads <= 3, "the identity is read once, not for each waiter");
    all.forEach(one -> assertEquals(1, count(one)));
  }

  @Test
  void alarmsOfLaterWaitersAreMerged() {
    long reads = rig.kernel.reads();
    rig.on(Scopes.system(), "load/above/1000");
    rig.run(10 * SECOND);
    long alone = rig.kernel.reads() - reads;
    for (String path : List.of("rises/5", "above/5,clear=4", "changes/1", "falls/5,for=1s")) {
      for (int i = 0; i < 20; i++) {
        rig.run(7 * MS);
        rig.on(Scopes.system(), "load/" + path);
      }
    }
    rig.run(SECOND);
    assertEquals(5, rig.notifier.status().conditions());
    reads = rig.kernel.reads();
    rig.run(10 * SECOND);
    assertEquals(alone, rig.kernel.reads() - reads, 2);
  }

  @Test
  void conditionsOpenedAtDifferentTimesShareTheirPasses() {
    rig.open(Scopes.eachProcess(), "rss/above/500M");
    rig.run(30 * MS);
    rig.open(Scopes.eachProcess(), "fds/above/500");
    rig.run(30 * MS);
    rig.open(Scopes.allProcesses(), "threads/above/500");
    rig.run(30 * MS);
    rig.open(Scopes.eachProcess(), "blocked/above/60s");
    rig.open(Scopes.eachProcess(), "cpu/above/90,over=1m");
    rig.run(SECOND);
    long passes = rig.kernel.passes();
    rig.run(10 * SECOND);
    assertEquals(100, rig.kernel.passes() - passes, 1);
  }

  @Test
  void withoutWaitersNothingIsSampled() {
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/500M");
    Subscription one = open("rss/above/500M");
    rig.run(SECOND);
    each.close();
    one.close();
    assertEquals(Long.MAX_VALUE, rig.notifier.turn());
    long passes = rig.kernel.passes();
    long reads = rig.kernel.reads();
    rig.run(3600 * SECOND);
    assertEquals(passes, rig.kernel.passes());
    assertEquals(reads, rig.kernel.reads());
    assertEquals(0, rig.notifier.status().tickNs());
    assertEquals(0, rig.source.openRefs());
  }

  @Test
  void aboveUnderWayIsReportedOnlyToTheLaterWaiter() {
    Subscription first = open("rss/above/500M");
    rss(600);
    assertEquals(1, count(first));
    Subscription second = open("rss/above/500M");
    assertEquals(1, count(second));
    rig.run(SECOND);
    assertEquals(0, count(first) + count(second));
    rss(100);
    rss(600);
    assertEquals(1, count(first));
    assertEquals(1, count(second));
  }

  @Test
  void risesDoesNotReportWhatRoseBeforeTheFirstSample() {
    Subscription first = open("rss/rises/500M");
    rig.run(SECOND + 50 * MS);
    java.rss(600 * MIB);
    Subscription second = open("rss/rises/500M");
    rig.run(SECOND);
    assertEquals(1, count(first));
    assertEquals(0, count(second));
    rss(100);
    rss(600);
    assertEquals(1, count(first));
    assertEquals(1, count(second));
  }

  @Test
  void newWaiterIsCalmBetweenThresholdAndClear() {
    Subscription first = open("rss/above/500M,clear=400M");
    Subscription rising = open("rss/rises/500M,clear=400M");
    rss(600);
    rss(450);
    Subscription second = open("rss/above/500M,clear=400M");
    Subscription risingToo = open("rss/rises/500M,clear=400M");
    assertEquals(1, count(first));
    assertEquals(1, count(rising));
    rss(600);
    assertEquals(0, count(first));
    assertEquals(0, count(rising));
    assertEquals(1, count(second));
    assertEquals(1, count(risingToo));
  }

  @Test
  void holdOfANewWaiterBeginsAtItsOpening() {
    Subscription first = open("rss/above/500M,for=1s");
    rss(600);
    rig.run(500 * MS);
    Subscription second = open("rss/above/500M,for=1s");
    rig.run(600 * MS);
    assertEquals(1, count(first));
    assertEquals(0, count(second));
    rig.run(500 * MS);
    assertEquals(0, count(first));
    assertEquals(1, count(second));
  }

  @Test
  void eachWaiterHasItsOwnBaseOfChanges() {
    Subscription first = open("rss/changes/100M");
    rss(160);
    Subscription second = open("rss/changes/100M");
    rss(210);
    assertEquals(1, count(first));
    assertEquals(0, count(second));
    rss(260);
    assertEquals(0, count(first));
    assertEquals(1, count(second));
  }

  @Test
  void fullWindowServesLaterWaiters() {
    rig.clock.advance(100 * SECOND);
    java.cpu(100);
    Subscription first = open("cpu/above/90,over=10s");
    rig.run(11 * SECOND);
    assertEquals(1, count(first));
    assertEquals(1, count(open("cpu/above/90,over=10s")));
  }

  @Test
  void closingOneWaiterLeavesTheOthers() {
    Subscription first = open("rss/above/500M");
    rig.run(SECOND);
    Subscription second = open("rss/above/500M");
    first.close();
    first.close();
    rss(600);
    assertEquals(0, count(first));
    assertEquals(1, count(second));
    assertEquals(1, rig.notifier.status().waiters());
  }

  @Test
  void waiterWhoseAlarmWasAbsorbedTwiceCloses() {
    Subscription first = open("rss/above/500M,clear=400M");
    rss(600);
    rss(450);
    Subscription second = open("rss/above/500M,clear=400M");
    rig.run(SECOND);
    // The third alarm is calm like the second, and later both are calm like the first.
    Subscription third = open("rss/above/500M,clear=400M");
    rss(100);
    assertEquals(1, count(first));
    third.close();
    rss(600);
    assertEquals(1, count(first));
    assertEquals(1, count(second));
    assertEquals(0, count(third));
    first.close();
    second.close();
    assertEquals(0, rig.notifier.status().conditions());
  }

  @Test
  void refsOfLaterWaitersAreClosed() {
    List<Subscription> all = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      all.add(open("rss/above/500M"));
      all.add(rig.open(rig.thread(java, java.pid()), "cpu/above/50"));
    }
    // One ref for the process, and two for the thread and its process.
    assertEquals(3, rig.source.openRefs());
    all.forEach(Subscription::close);
    assertEquals(0, rig.source.openRefs());
    assertEquals(0, rig.source.openWatches());
  }

  @Test
  void tooManyWaitersAreRefused() throws Exception {
    try (Rig small = new Rig(new NotifierOptions(TICK, 2, 2))) {
      SimulatedProcess p = small.kernel.spawn("p");
      Subscription first = small.open(small.process(p), "rss/above/1");
      small.open(small.process(p), "rss/above/1");
      Scope third = small.process(p);
      Condition condition = Rig.condition(third, "rss/above/1");
      assertThrows(
          TooManyWaitersException.class, () -> small.notifier.subscribe(third, condition, 0));
      assertEquals(1, small.source.openRefs());
      first.close();
      small.notifier.subscribe(small.process(p), condition, 0);
    }
  }

  @Test
  void closedNotifierRefusesAndEndsAll() {
    Subscription above = open("rss/above/1");
    Subscription exits = rig.open(Scopes.eachProcess(), "exit/occurs/any");
    int[] woken = new int[1];
    exits.onReady(() -> woken[0]++);
    rig.notifier.close();
    rig.notifier.close();
    assertTrue(above.isEnded() && exits.isEnded());
    assertEquals(1, woken[0]);
    assertEquals(1, count(above), "events from before the end can still be read");
    Scope late = rig.process(java);
    Condition condition = Rig.condition(late, "rss/above/1");
    assertThrows(TooManyWaitersException.class, () -> rig.notifier.subscribe(late, condition, 0));
  }

  @Test
  void failedWatchLeaksNothing() {
    rig.source.onWatch =
        () -> {
          throw new IllegalStateException("no more fds");
        };
    assertThrows(IllegalStateException.class, () -> rig.on(rig.process(java), "rss/above/1"));
    assertThrows(
        IllegalStateException.class, () -> rig.on(Scopes.eachProcess(), "exit/occurs/any"));
    rig.source.onWatch = () -> {};
    assertEquals(0, rig.source.openRefs());
    assertEquals(0, rig.notifier.status().waiters());
    assertEquals(1, count(open("rss/above/1")));
  }
}
