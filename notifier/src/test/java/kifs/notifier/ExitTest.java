package kifs.notifier;

import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.EntityVanishedException;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Exits that the kernel pushes (docs/notify.md 7). */
class ExitTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private Subscription each() {
    return rig.open(Scopes.eachProcess(), "exit/occurs/any");
  }

  @Test
  void exitIsReportedThenTheSubscriptionEnds() {
    SimulatedProcess sh = rig.kernel.spawn(400, "sh").uid(1000);
    Subscription exit = rig.open(rig.process(sh), "exit/occurs/any");
    long passes = rig.kernel.passes();
    rig.run(3600 * SECOND);
    assertEquals(passes, rig.kernel.passes());
    assertFalse(exit.isReady() || exit.isEnded());
    sh.exit(9);
    rig.run(0);
    assertTrue(exit.isEnded());
    Map<String, String> event = events(exit).get(0);
    assertEquals("9", event.get("status"));
    assertEquals("400", event.get("pid"));
    assertEquals("1000", event.get("uid"));
    assertEquals("sh", event.get("comm"));
    assertEquals("processes/400", event.get("entity"));
    assertEquals("1", event.get("value"));
    rig.run(SECOND);
    assertEquals(0, count(exit));
  }

  @Test
  void waitOnAVanishedProcessIsRefused() throws Exception {
    SimulatedProcess sh = rig.kernel.spawn(400, "sh");
    Scope scope = rig.process(sh);
    sh.exit(0);
    Condition condition = Rig.condition(scope, "exit/occurs/any");
    assertThrows(EntityVanishedException.class, () -> rig.notifier.subscribe(scope, condition, 0));
  }

  @Test
  void waiterThatComesDuringTheExitGetsIt() {
    SimulatedProcess sh = rig.kernel.spawn(400, "sh");
    Subscription first = rig.open(rig.process(sh), "exit/occurs/any");
    Scope scope = rig.process(sh);
    // The process exits after the subscriber has read its identity and before the watch for
    // its exit begins. It is a zombie then, and can still be read.
    rig.source.inRead =
        () -> {
          rig.source.inRead = () -> {};
          sh.exit(7);
          rig.notifier.turn();
        };
    Subscription second = rig.on(scope, "exit/occurs/any");
    rig.run(0);
    assertEquals(List.of("7"), events(first, "status"));
    assertEquals(List.of("7"), events(second, "status"));
    assertTrue(first.isEnded() && second.isEnded());
    second.close();
    first.close();
  }

  @Test
  void eachReportsNamesOfVanishedProcesses() {
    rig.kernel.spawn(50, "sh").uid(1000);
    Subscription each = each();
    Subscription sum = rig.open(Scopes.allProcesses(), "exit/occurs/any");
    rig.clock.advance(MS);
    rig.kernel.spawn(400, 50, "child");
    rig.kernel.simulated(400).exec("ls").exit(256);
    rig.kernel.simulated(50).exit(0);
    rig.run(0);
    List<Map<String, String>> events = events(each);
    assertEquals(List.of("400", "50"), events.stream().map(e -> e.get("pid")).toList());
    assertEquals(List.of("256", "0"), events.stream().map(e -> e.get("status")).toList());
    assertEquals(List.of("1000", "1000"), events.stream().map(e -> e.get("uid")).toList());
    assertEquals("sh", events.get(1).get("comm"));
    assertEquals(List.of("processes/sum", "processes/sum"), events(sum, "entity"));
    assertFalse(each.isEnded());
  }

  @Test
  void nameAfterExecIsReported() {
    Subscription each = each();
    rig.clock.advance(MS);
    SimulatedProcess child = rig.kernel.spawn(400, 1, "sh").uid(5);
    rig.run(MS);
    child.exec("ls");
    rig.run(MS);
    child.exit(0);
    rig.run(0);
    assertEquals(List.of("ls"), events(each, "comm"));
  }

  @Test
  void reusedPidIsNotTakenForThePredecessor() {
    rig.kernel.spawn(400, "first").uid(1);
    Subscription each = each();
    rig.clock.advance(MS);
    rig.kernel.simulated(400).exit(1);
    rig.clock.advance(MS);
    rig.kernel.spawn(400, "second").uid(2);
    rig.run(0);
    assertEquals(List.of("first"), events(each, "comm"));
    rig.clock.advance(MS);
    rig.kernel.simulated(400).exit(2);
    rig.run(0);
    Map<String, String> event = events(each).get(0);
    assertEquals("second", event.get("comm"));
    assertEquals("2", event.get("status"));
  }

  @Test
  void lostEventsAreCountedAndFollowedByAScan() {
    Subscription each = each();
    rig.clock.advance(MS);
    rig.kernel.crowd(3, 1000, 1, "many").uid(9);
    rig.run(SECOND);
    rig.kernel.simulated(1001);
    long passes = rig.kernel.passes();
    rig.kernel.crowd(1, 5000, 1, "one").exit(0);
    rig.kernel.simulated(1001).exit(4);
    rig.run(SECOND);
    List<Map<String, String>> events = events(each);
    assertEquals(List.of("1001"), events.stream().map(e -> e.get("pid")).toList());
    assertEquals("1", events.get(0).get("lost"), "5000 came and went unseen");
    assertEquals(passes + 1, rig.kernel.passes(), "one scan makes up for all lost events");
  }

  /**
   * More events than the queue between two turns and the waiter's queue hold: the oldest are lost.
   */
  @Test
  void stormIsReportedAsFarAsThereIsCapacity() {
    int taken = 1 << 17;
    int waiting = 16_384;
    SimulatedProcess sh = rig.kernel.spawn(400, "sh");
    Subscription each = rig.open(Scopes.eachProcess(), "exec/occurs/any");
    rig.clock.advance(MS);
    for (int i = 0; i < taken + 10; i++) {
      sh.exec("sh");
    }
    rig.run(0);
    List<Map<String, String>> events = events(each);
    assertEquals(waiting, events.size());
    long told = 0;
    for (Map<String, String> event : events) {
      told += 1 + Long.parseLong(event.get("lost"));
      assertEquals(Long.toString(told), event.get("seq"));
    }
    // What the queue between two turns lost is known only after the scan, before the next event.
    sh.exec("sh");
    rig.run(SECOND);
    told += 1 + Long.parseLong(events(each).get(0).get("lost"));
    assertEquals(taken + 10 + 1, told);
  }

  /** The kernel reports how many exits it lost. Those that a scan finds count as lost no more. */
  @Test
  void reportedAndLostExitsAreWhatHappened() {
    Subscription each = each();
    SimulatedProcess known = rig.kernel.crowd(30, 1000, 1, "known").uid(9);
    rig.run(SECOND);
    rig.kernel.crowd(500, 5000, 1, "unseen").exit(0);
    known.exit(0);
    rig.kernel.spawn(400, "last");
    rig.run(SECOND);
    rig.kernel.simulated(400).exit(0);
    rig.run(SECOND);
    List<Map<String, String>> events = events(each);
    assertEquals(31, events.size());
    assertEquals("500", events.get(0).get("lost"), "the gap is before what the scan found");
    assertEquals("9", events.get(0).get("uid"));
    assertTrue(events.stream().skip(1).allMatch(event -> event.get("lost").equals("0")));
    assertEquals("531", events.get(30).get("seq"));
    assertTrue(events.stream().allMatch(event -> event.get("gap") == null));
  }

  /** A scan can find a process missing whose exit event is still on its way. */
  @Test
  void exitThatComesAfterTheScanIsCountedOnce() {
    Subscription each = each();
    rig.kernel.spawn(400, "late");
    rig.run(SECOND);
    rig.source.inPass =
        () -> {
          rig.source.inPass = () -> {};
          rig.kernel.simulated(400).exit(7);
        };
    rig.clock.advance(MS);
    rig.kernel.crowd(2, 5000, 1, "unseen").exit(0);
    rig.run(SECOND);
    rig.kernel.spawn(401, "next").exit(0);
    rig.run(SECOND);
    List<Map<String, String>> events = events(each);
    assertEquals(List.of("400", "401"), events.stream().map(e -> e.get("pid")).toList());
    long lost = events.stream().mapToLong(e -> Long.parseLong(e.get("lost"))).sum();
    assertEquals(2, lost);
  }

  /** The proc connector doesn't say of which kind the events were that it lost. */
  @Test
  void lossOfUnknownKindIsAnUpperBound() {
    Subscription each = each();
    SimulatedProcess known = rig.kernel.spawn(400, "known");
    rig.run(SECOND);
    rig.source.push(ProcessEvent.lost(ProcessEvent.Kind.LOST, 7, rig.now()));
    rig.run(SECOND);
    known.exit(0);
    rig.run(SECOND);
    Map<String, String> event = events(each).get(0);
    assertEquals("0", event.get("lost"));
    assertEquals("7", event.get("gap"));
    assertEquals("1", event.get("seq"));
  }

  @Test
  void exitThatAScanFoundIsNotReportedAgain() {
    rig.kernel.spawn(400, "gone").uid(3);
    Subscription each = each();
    rig.clock.advance(MS);
    rig.kernel.crowd(1, 5000, 1, "noise");
    rig.kernel.simulated(400).exit(8);
    rig.run(SECOND);
    assertEquals(List.of("8"), events(each, "status"));
  }

  @Test
  void exitDuringAScanIsReportedOnce() {
    rig.kernel.spawn(400, "quick");
    Subscription each = each();
    rig.kernel.crowd(1, 5000, 1, "noise");
    rig.clock.advance(MS);
    rig.source.inPass =
        () -> {
          rig.source.inPass = () -> {};
          rig.kernel.simulated(400).exit(8);
        };
    rig.run(SECOND);
    rig.kernel.crowd(1, 6000, 1, "noise");
    rig.run(SECOND);
    assertEquals(List.of("8"), events(each, "status"));
  }

  @Test
  void forkStampedAfterTheStartIsNoExit() {
    rig.kernel.spawn(50, "sh");
    Subscription each = each();
    rig.source.stampedLateNs = 3 * MS;
    rig.clock.advance(MS);
    SimulatedProcess child = rig.kernel.spawn(400, 50, "child");
    rig.run(10 * MS);
    rig.kernel.crowd(1, 5000, 1, "noise");
    rig.run(SECOND);
    assertEquals(0, count(each));
    child.exit(1);
    rig.run(0);
    assertEquals(List.of("child"), events(each, "comm"));
  }

  @Test
  void queuedEventsAreNotReportedToALaterWaiter() {
    rig.kernel.spawn(400, "before");
    rig.kernel.spawn(401, "after");
    Subscription first = each();
    rig.clock.advance(SECOND);
    rig.kernel.simulated(400).exit(0);
    rig.clock.advance(SECOND);
    Subscription second = rig.on(Scopes.eachProcess(), "exit/occurs/any");
    rig.clock.advance(SECOND);
    rig.kernel.simulated(401).exit(0);
    rig.run(0);
    assertEquals(List.of("400", "401"), events(first, "pid"));
    assertEquals(List.of("401"), events(second, "pid"));
  }

  @Test
  void stormOfLostEventsKeepsTheBudgetToo() {
    Subscription each = each();
    rig.source.inPass = () -> rig.clock.advance(50 * MS);
    long passes = rig.kernel.passes();
    for (int i = 0; i < 100; i++) {
      rig.kernel.crowd(1, 5000, 1, "noise").exit(0);
      rig.run(100 * MS);
    }
    assertTrue(rig.kernel.passes() - passes <= 22, "" + (rig.kernel.passes() - passes));
    each.close();
  }

  @Test
  void withoutWaitersNothingIsWatched() {
    each().close();
    assertEquals(0, rig.source.openWatches());
    rig.kernel.spawn("x").exit(0);
    long passes = rig.kernel.passes();
    rig.run(10 * SECOND);
    assertEquals(passes, rig.kernel.passes());
  }
}
