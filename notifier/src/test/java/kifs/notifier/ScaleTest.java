package kifs.notifier;

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
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.notifier.condition.Condition;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.Test;

/**
 * Many waiters and many conditions need no more samples than one, and no user takes all capacity.
 */
class ScaleTest {
  private static final int MANY = 4000;

  @Test
  void fourThousandConditionsAreOnePassATick() {
    try (Rig rig = new Rig()) {
      SimulatedProcess process = rig.kernel.spawn(50, "p").fds(10);
      rig.kernel.crowd(50, 1000, 1, "other").fds(5);
      List<Subscription> all = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        all.add(rig.on(Scopes.eachProcess(), "fds/above/" + (20 + i)));
      }
      assertEquals(MANY, rig.notifier.status().conditions());
      rig.run(0);
      long passes = rig.kernel.passes();
      rig.run(10 * TICK);
      assertEquals(passes + 10, rig.kernel.passes());
      process.fds(1020);
      rig.run(TICK);
      // A later excursion would replace an unread one, so each is read before the next.
      requireOneBelow(1020, all);
      process.fds(10);
      rig.run(TICK);
      process.fds(2020);
      rig.run(TICK);
      requireOneBelow(2020, all);
    }
  }

  /** Requires one event of each threshold from 20 on that is below a value, and no other. */
  private static void requireOneBelow(int value, List<Subscription> all) {
    for (int i = 0; i < MANY; i++) {
      int threshold = 20 + i;
      assertEquals(threshold < value ? 1 : 0, count(all.get(i)), "above " + threshold);
    }
  }

  @Test
  void fourThousandConditionsOnOneProcessAreOneReadATick() {
    try (Rig rig = new Rig()) {
      SimulatedProcess process = rig.kernel.spawn(50, "p").fds(10);
      List<Subscription> all = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        all.add(rig.on(rig.process(process), "fds/above/20." + (i + 1)));
      }
      rig.run(0);
      long reads = rig.kernel.reads();
      rig.run(10 * TICK);
      assertEquals(reads + 10, rig.kernel.reads());
      process.fds(21);
      rig.run(TICK);
      long reported = all.stream().filter(subscription -> count(subscription) == 1).count();
      // 20.10 equals 20.1 and so on, and all thresholds are less than 21.
      assertEquals(MANY, reported);
      all.forEach(Subscription::close);
      assertEquals(0, rig.notifier.status().conditions());
    }
  }

  @Test
  void oneUserDoesNotTakeTheCapacityOfOthers() throws Exception {
    try (Rig rig = new Rig(new NotifierOptions(TICK, 5, 3))) {
      List<Subscription> ours = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        ours.add(rig.notifier.subscribe(Scopes.system(), load(i), 1000));
      }
      assertThrows(
          TooManyWaitersException.class,
          () -> rig.notifier.subscribe(Scopes.system(), load(9), 1000));
      rig.notifier.subscribe(Scopes.system(), load(0), 1001);
      ours.get(0).close();
      ours.get(0).close();
      rig.notifier.subscribe(Scopes.system(), load(0), 1000);
      rig.notifier.subscribe(Scopes.system(), load(0), 1002);
      assertThrows(
          TooManyWaitersException.class, () -> rig.notifier.subscribe(Scopes.system(), load(0), 0));
    }
  }

  private static Condition load(int level) {
    return Rig.condition(Scopes.system(), "load/above/" + (1000 + level));
  }

  /**
   * A blocked time grows by a second a second, so it can't cross before its time, and no sample is
   * needed until then.
   */
  @Test
  void blockedTimeIsSampledRarelyAndReportedInTime() {
    try (Rig rig = new Rig()) {
      SimulatedProcess p = rig.kernel.spawn(50, "p");
      rig.kernel.crowd(50, 1000, 2, "sleeps");
      Subscription each = rig.open(Scopes.eachProcess(), "blocked/above/60s");
      rig.run(600 * SECOND);
      assertTrue(rig.kernel.passes() <= 45, rig.kernel.passes() + " passes in ten minutes");
      p.thread().blockedOn(SimulatedWait.MUTEX, 1, 51);
      rig.run(60 * SECOND);
      assertEquals(0, count(each));
      rig.run(2 * MS);
      assertEquals(1, count(each), "to the millisecond");
      p.thread().runs();
      rig.run(33 * SECOND);
      p.thread().blockedOn(SimulatedWait.MUTEX, 1, 51);
      rig.run(61 * SECOND);
      assertEquals(1, count(each), "another wait");
      rig.run(600 * SECOND);
      assertEquals(0, count(each), "the same wait");
    }
  }

  /** A thread that runs for a moment between two samples is in another wait afterwards. */
  @Test
  void waitsInTwoSamplesAreTwo() {
    try (Rig rig = new Rig(new NotifierOptions(300 * SECOND, 10, 10))) {
      SimulatedProcess p = rig.kernel.spawn(50, "p");
      Subscription one = rig.open(rig.process(p), "blocked/above/60s");
      p.thread().blockedOn(SimulatedWait.MUTEX, 1, 51);
      rig.run(301 * SECOND);
      assertEquals(1, count(one));
      p.thread().runs();
      rig.clock.advance(MS);
      p.thread().blockedOn(SimulatedWait.MUTEX, 1, 51);
      rig.run(300 * SECOND);
      assertEquals(1, count(one));
    }
  }

  @Test
  void uptimeIsReportedInTime() {
    try (Rig rig = new Rig()) {
      Subscription each = rig.open(Scopes.eachProcess(), "uptime/above/1m");
      rig.run(5 * SECOND);
      rig.kernel.spawn(50, "p");
      rig.run(60 * SECOND);
      assertEquals(0, count(each));
      rig.run(2 * MS);
      assertEquals(List.of("50"), Rig.events(each, "pid"));
    }
  }
}
