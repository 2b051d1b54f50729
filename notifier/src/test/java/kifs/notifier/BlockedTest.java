package kifs.notifier;

import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Threads that wait for a lock that another thread owns (docs/notify.md 8). */
class BlockedTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void blockedIsReportedOncePerWaitWithItsThread() {
    SimulatedProcess java = rig.kernel.spawn(500, "java").uid(33);
    SimulatedThread worker = java.spawnThread(501, "worker");
    Subscription each = rig.open(Scopes.eachProcess(), "blocked/above/60s");
    Subscription one = rig.open(rig.process(java), "blocked/above/60s");
    Subscription thread = rig.open(rig.thread(java, 501), "blocked/above/60s");
    worker.blockedOn(SimulatedWait.MUTEX, 0x1000, 500);
    rig.run(60 * SECOND);
    assertEquals(0, count(each) + count(one) + count(thread));
    rig.run(60 * SECOND);
    for (Subscription subscription : List.of(each, one, thread)) {
      List<Map<String, String>> events = events(subscription);
      assertEquals(1, events.size());
      assertEquals("501", events.get(0).get("tid"));
      assertEquals("500", events.get(0).get("pid"));
      assertEquals("33", events.get(0).get("uid"));
      assertEquals("worker", events.get(0).get("comm"));
      assertTrue(Double.parseDouble(events.get(0).get("value")) <= 60.1);
    }
    worker.runs().blockedOn(SimulatedWait.JOIN, 0x1000, 500);
    rig.run(61 * SECOND);
    assertEquals(3, count(each) + count(one) + count(thread));
  }

  @Test
  void blockedTimeCountsFromWhenTheThreadLastRan() {
    SimulatedProcess java = rig.kernel.spawn(500, "java");
    java.thread().blockedOn(SimulatedWait.JOIN, 0, 0);
    rig.clock.advance(3600 * SECOND);
    assertEquals(
        List.of("3600"), events(rig.open(Scopes.eachProcess(), "blocked/above/60s"), "value"));
  }

  @Test
  void waitWithoutAnOwnerIsNotBlocked() {
    for (SimulatedWait wait : SimulatedWait.values()) {
      SimulatedProcess process = rig.kernel.spawn(600 + wait.kind().code(), "waits");
      process.thread().blockedOn(wait, 1, 0);
    }
    rig.kernel.spawn(700, "sleeps");
    rig.clock.advance(100 * SECOND);
    Subscription each = rig.open(Scopes.eachProcess(), "blocked/above/1m");
    assertEquals(List.of("601", "602", "603", "604", "607"), events(each, "pid"));
    assertEquals(0, count(rig.open(Scopes.eachProcess(), "blocked/above/1h")));
  }

  @Test
  void waitForChildIsNotBlockedButHasItsOwnMetric() {
    rig.kernel.spawn(500, "bash").thread().blockedOn(SimulatedWait.CHILD, 0, 0);
    rig.kernel.spawn(510, "make").thread().blockedOn(SimulatedWait.CHILD, 511, 511);
    rig.kernel.spawn(520, "java").thread().blockedOn(SimulatedWait.MUTEX, 0x1000, 500);
    rig.clock.advance(100 * SECOND);
    assertEquals(List.of("520"), events(rig.open(Scopes.eachProcess(), "blocked/above/1m"), "pid"));
    List<Map<String, String>> events =
        events(rig.open(Scopes.eachProcess(), "waiting.child/above/1m"));
    assertEquals(List.of("500", "510"), events.stream().map(e -> e.get("pid")).toList());
    assertEquals(List.of("any", "pid:511"), events.stream().map(e -> e.get("object")).toList());
  }

  @Test
  void eventNamesWhatIsWaitedForAndWhoHoldsIt() {
    SimulatedProcess java = rig.kernel.spawn(500, "java");
    java.spawnThread(501, "worker").blockedOn(SimulatedWait.MUTEX, 0x7f00, 500);
    java.spawnThread(502, "other").blockedOn(SimulatedWait.RWLOCK, 0x8000, 0);
    rig.kernel.spawn(600, "sqlite").thread().blockedOn(SimulatedWait.FILE_LOCK, 4, 501);
    rig.clock.advance(100 * SECOND);
    List<Map<String, String>> events = events(rig.open(Scopes.eachProcess(), "blocked/above/1m"));
    assertEquals(
        List.of("mutex 0x7f00 500/500", "rwlock 0x8000 -", "file-lock fd:4 500"),
        events.stream()
            .map(e -> e.get("kind") + " " + e.get("object") + " " + e.get("owner"))
            .toList());
    assertFalse(events(rig.open(rig.process(java), "uptime/above/1s")).get(0).containsKey("owner"));
  }

  @Test
  void waitThatEndsWhileItIsReportedHasNoOwner() {
    SimulatedThread main = rig.kernel.spawn(500, "java").thread();
    main.blockedOn(SimulatedWait.MUTEX, 0x7f00, 500);
    rig.clock.advance(100 * SECOND);
    Subscription each = rig.on(Scopes.eachProcess(), "blocked/above/1m");
    rig.source.inPass = main::runs;
    rig.run(0);
    Map<String, String> event = events(each).get(0);
    assertEquals("-", event.get("kind"));
    assertEquals("-", event.get("object"));
    assertEquals("-", event.get("owner"));
  }

  @Test
  void notifierItselfIsNotAmongEach() {
    try (Rig own = new Rig(NotifierOptions.DEFAULT.withOwnPid(500))) {
      SimulatedProcess daemon = own.kernel.spawn(500, "kifs").rss(2L << 30);
      own.kernel.spawn(501, "java").rss(1L << 30);
      Subscription each = own.open(Scopes.eachProcess(), "rss/above/1M");
      Subscription forks = own.open(Scopes.eachProcess(), "fork/occurs/any");
      Subscription sum = own.open(Scopes.allProcesses(), "rss/above/2G");
      own.kernel.spawn(502, 500, "fusermount");
      own.kernel.spawn(503, 501, "sh");
      own.run(SECOND);
      assertEquals(List.of("501"), events(each, "pid"));
      assertEquals(List.of("501"), events(forks, "pid"));
      assertEquals(1, count(sum));
      assertEquals(List.of("500"), events(own.open(own.process(daemon), "rss/above/1M"), "pid"));
    }
  }
}
