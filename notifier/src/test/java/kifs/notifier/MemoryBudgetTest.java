package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityId;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Audience;
import kifs.notifier.waiting.Backlog;
import kifs.notifier.waiting.Event;
import kifs.notifier.waiting.Subscription;
import kifs.notifier.waiting.Waiter;
import org.junit.jupiter.api.Test;

/** Limits of the daemon's memory for waiters (docs/notify.md 11). */
class MemoryBudgetTest {
  private static final int PROCESSES = 200;
  private static final EntityId ENTITY = EntityId.ofProcess(1);

  /** Memory for three figures of each process, each with one condition. */
  private static NotifierOptions options() {
    return new NotifierOptions(Rig.TICK, 10_000, 10_000, PROCESSES * 3L * (512 + 32), 0);
  }

  private static Subscription each(Rig rig, String path) throws Exception {
    Scope scope = Scopes.eachProcess();
    return rig.notifier.subscribe(scope, Rig.condition(scope, path), 0);
  }

  @Test
  void figuresOfManyEntitiesAreBounded() throws Exception {
    try (Rig rig = new Rig(options())) {
      SimulatedProcess one = rig.kernel.spawn(50, "one").cpu(10);
      rig.kernel.crowd(PROCESSES - 1, 1000, 1, "others");
      List<Subscription> room = new ArrayList<>();
      for (int seconds = 1; seconds <= 3; seconds++) {
        room.add(each(rig, "cpu/above/5,over=" + seconds + "s"));
        rig.run(0);
      }
      assertThrows(TooManyWaitersException.class, () -> each(rig, "cpu/above/5,over=4s"));
      assertThrows(TooManyWaitersException.class, () -> each(rig, "rss/above/1T"));
      // A figure that is kept already needs no more memory, and neither does a condition
      // on one process.
      room.add(each(rig, "cpu/above/5,over=3s"));
      for (int seconds = 10; seconds < 100; seconds++) {
        rig.on(rig.process(one), "cpu/above/99,over=" + seconds + "s").close();
      }
      rig.run(10 * Rig.SECOND);
      for (Subscription waiter : room) {
        assertEquals(1, Rig.count(waiter), "accepted waiters are served");
      }
      room.get(0).close();
      each(rig, "cpu/above/5,over=4s");
    }
  }

  @Test
  void memoryIsRequiredBeforeTheFirstSample() throws Exception {
    try (Rig rig = new Rig(options())) {
      rig.kernel.crowd(3 * PROCESSES + 1, 1000, 1, "more than memory allows");
      assertThrows(TooManyWaitersException.class, () -> each(rig, "cpu/above/5"));
      assertEquals(0, rig.notifier.status().conditions());
    }
  }

  @Test
  void queuedEventsAreBoundedInAll() {
    Backlog backlog = new Backlog(3);
    Waiter read = new Waiter(0, 0, Audience.EVERYTHING, Waiter.MAX_EVENTS, backlog, closed -> {});
    Waiter other = new Waiter(0, 0, Audience.EVERYTHING, Waiter.MAX_EVENTS, backlog, closed -> {});
    for (int i = 0; i < 5; i++) {
      read.offer(ENTITY, event());
      other.offer(ENTITY, event());
    }
    assertEquals(3, backlog.waiting());
    assertTrue(read.poll(4096).endsWith(" lost=3\n"));
    assertNotNull(read.poll(4096));
    assertNull(read.poll(4096));
    assertEquals(1, backlog.waiting());
    assertTrue(other.poll(4096).endsWith(" lost=4\n"), "the first event always has space");
    read.offer(ENTITY, event());
    read.close();
    read.close();
    assertEquals(0, backlog.waiting());
    assertNotNull(read.poll(4096), "queued events can still be read");
    read.offer(ENTITY, event());
    assertFalse(read.isReady());
    assertEquals(0, backlog.waiting());
  }

  private static Event event() {
    Condition condition = Rig.condition(Scopes.system(), "load/above/1");
    Event.Entity system = new Event.Entity("system", 0, 0, 0, "");
    return new Event(0, system, condition, Event.Occurrence.measured(2, 0));
  }
}
