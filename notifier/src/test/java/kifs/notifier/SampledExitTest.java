package kifs.notifier;

import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.TICK;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exits on a kernel that pushes none, so that they must be found by samples (docs/notify.md 7). */
class SampledExitTest {
  private final Rig rig = new Rig();

  @BeforeEach
  void silence() {
    rig.kernel.withoutEvents();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Subscription each() {
    return rig.open(Scopes.eachProcess(), "exit/occurs/any");
  }

  @Test
  void withoutPushAnExitIsFoundWithinATick() {
    SimulatedProcess sh = rig.kernel.spawn(400, "sh");
    Subscription exit = rig.open(rig.process(sh), "exit/occurs/any");
    Subscription rss = rig.open(rig.process(sh), "rss/above/1G");
    Subscription slow = rig.open(rig.process(sh), "cpu/above/1,over=1h");
    rig.run(SECOND);
    sh.exit(9);
    rig.run(TICK);
    assertTrue(exit.isEnded() && rss.isEnded() && slow.isEnded());
    Map<String, String> event = events(exit).get(0);
    assertFalse(event.containsKey("status"));
    assertEquals("sh", event.get("comm"));
    assertEquals(0, count(rss));
  }

  @Test
  void sampledExitsAreReportedWithinATick() {
    rig.kernel.spawn(400, "sh").uid(77);
    Subscription each = each();
    rig.run(SECOND);
    rig.kernel.simulated(400).exit(0);
    rig.run(TICK);
    Map<String, String> event = events(each).get(0);
    assertEquals("77", event.get("uid"));
    assertEquals("sh", event.get("comm"));
    assertFalse(event.containsKey("status"));
    rig.run(SECOND);
    assertEquals(0, count(each));
  }

  @Test
  void sampledReuseOfAPidIsAnExit() {
    rig.kernel.spawn(400, "first");
    Subscription each = each();
    rig.run(250 * MS);
    rig.kernel.simulated(400).exit(0);
    rig.kernel.spawn(400, "second");
    rig.run(TICK);
    assertEquals(List.of("first"), events(each, "comm"));
  }

  @Test
  void laterWaiterDoesNotGetEarlierExits() {
    rig.kernel.spawn(400, "sh");
    Subscription first = each();
    rig.run(250 * MS);
    rig.kernel.simulated(400).exit(0);
    Subscription second = rig.on(Scopes.eachProcess(), "exit/occurs/any");
    rig.run(SECOND);
    assertEquals(1, count(first));
    assertEquals(0, count(second));
  }

  @Test
  void scansKeepTheBudget() {
    rig.source.inPass = () -> rig.clock.advance(50 * MS);
    Subscription each = each();
    long passes = rig.kernel.passes();
    rig.run(10 * SECOND);
    assertEquals(20, rig.kernel.passes() - passes, 1);
    each.close();
  }
}
