package kifs.notifier;

import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Each deadlock is reported once to each waiter (docs/notify.md 8). */
class DeadlockTest {
  private final Rig rig = new Rig();
  private final SimulatedProcess shop = rig.kernel.spawn(500, "shop").uid(33);
  private final SimulatedThread one = shop.spawnThread(501, "mailer");
  private final SimulatedThread two = shop.spawnThread(502, "billing");

  @AfterEach
  void close() {
    rig.close();
  }

  private void deadlock() {
    one.blockedOn(SimulatedWait.MUTEX, 0x1000, 502);
    two.blockedOn(SimulatedWait.MUTEX, 0x2000, 501);
  }

  private void resolve() {
    one.runs();
    two.runs();
  }

  @Test
  void withoutWaitRecordsASubscriptionIsRefused() {
    rig.source.refused = WaitRecord.TYPE;
    Scope locks = Scopes.locks();
    Condition condition = Rig.condition(locks, "deadlock/occurs/any");
    assertThrows(NotReportedException.class, () -> rig.notifier.subscribe(locks, condition, 0));
    assertEquals(0, rig.notifier.status().waiters());
  }

  @Test
  void eachDeadlockIsReportedOnce() {
    Subscription waiter = rig.open(Scopes.locks(), "deadlock/occurs/any");
    rig.run(SECOND);
    one.blockedOn(SimulatedWait.MUTEX, 0x1000, 502);
    rig.run(SECOND);
    assertEquals(0, count(waiter), "a thread that only waits for another one is no deadlock");
    two.blockedOn(SimulatedWait.MUTEX, 0x2000, 501);
    rig.run(SECOND);
    List<Map<String, String>> events = events(waiter);
    assertEquals(1, events.size());
    Map<String, String> event = events.get(0);
    assertEquals("locks", event.get("entity"));
    assertEquals("500", event.get("pid"));
    assertEquals("501", event.get("tid"));
    assertEquals("33", event.get("uid"));
    assertEquals("mailer", event.get("comm"));
    assertEquals("deadlock", event.get("metric"));
    rig.run(100 * SECOND);
    assertEquals(0, count(waiter));
    resolve();
    rig.run(SECOND);
    deadlock();
    rig.run(SECOND);
    List<Map<String, String>> again = events(waiter);
    assertEquals(1, again.size());
    assertTrue(Integer.parseInt(again.get(0).get("value")) > Integer.parseInt(event.get("value")));
  }

  @Test
  void laterWaiterGetsPresentDeadlocks() {
    deadlock();
    rig.run(100 * SECOND);
    Subscription early = rig.open(Scopes.locks(), "deadlock/occurs/any");
    rig.run(SECOND);
    Subscription late = rig.open(Scopes.locks(), "deadlock/occurs/any");
    rig.run(SECOND);
    assertEquals(events(early, "value"), events(late, "value"));
  }

  @Test
  void aSlowSearchIsMadeRarelyAndIsAccountedFor() {
    rig.source.inPass = () -> rig.clock.advance(40 * MS);
    Subscription waiter = rig.open(Scopes.locks(), "deadlock/occurs/any");
    long passes = rig.kernel.passes();
    NotifierStatus before = rig.notifier.status();
    rig.run(10 * SECOND);
    assertEquals(25, rig.kernel.passes() - passes, 1, "a tenth of a CPU");
    NotifierStatus status = rig.notifier.status();
    long searches = rig.kernel.passes() - passes;
    assertEquals(400 * MS, status.tickNs());
    assertEquals(searches, status.samples() - before.samples());
    assertEquals(searches * 40 * MS, status.samplingNs() - before.samplingNs());
    assertEquals(0, status.lateTicks());
    waiter.close();
    assertEquals(0, rig.notifier.status().tickNs());
  }

  @Test
  void nothingIsReadWithoutWaiters() {
    deadlock();
    long before = rig.kernel.passes();
    rig.run(10 * SECOND);
    assertEquals(before, rig.kernel.passes());
    Subscription waiter = rig.open(Scopes.locks(), "deadlock/occurs/any");
    rig.run(SECOND);
    long passes = rig.kernel.passes() - before;
    assertTrue(passes >= 5 && passes <= 11, passes + " passes in a second");
    waiter.close();
    long after = rig.kernel.passes();
    rig.run(10 * SECOND);
    assertEquals(after, rig.kernel.passes());
  }
}
