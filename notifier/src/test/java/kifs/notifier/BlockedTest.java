package kifs.notifier;

import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.notifier.entity.Scope;
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
    Subscription each = rig.open(Scope.eachProcess(), "blocked/above/60s");
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
    java.thread().blockedOn(SimulatedWait.CHILD, 0, 0);
    rig.clock.advance(3600 * SECOND);
    assertEquals(
        List.of("3600"), events(rig.open(Scope.eachProcess(), "blocked/above/60s"), "value"));
  }

  @Test
  void waitWithoutAnOwnerIsNotBlocked() {
    for (SimulatedWait wait : SimulatedWait.values()) {
      SimulatedProcess process = rig.kernel.spawn(600 + wait.kind().code(), "waits");
      process.thread().blockedOn(wait, 1, 0);
    }
    rig.kernel.spawn(700, "sleeps");
    rig.clock.advance(100 * SECOND);
    Subscription each = rig.open(Scope.eachProcess(), "blocked/above/1m");
    assertEquals(List.of("601", "602", "603", "604", "605", "607"), events(each, "pid"));
    assertEquals(0, count(rig.open(Scope.eachProcess(), "blocked/above/1h")));
  }
}
