package kifs.notifier.sampling;

import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.TICK;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.NotifierOptions;
import kifs.notifier.NotifierStatus;
import kifs.notifier.Rig;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When samples are taken, and what they may cost (docs/notify.md 10). */
class ScheduleTest {
  private final Rig rig = new Rig();
  private final SimulatedProcess java = rig.kernel.spawn("java");

  @AfterEach
  void close() {
    rig.close();
  }

  @ParameterizedTest
  @CsvSource({
    "rss/above/1G,              100",
    "'rss/above/1G,for=1h',     100",
    "'cpu/above/90,over=100ms', 100",
    "cpu/above/90,              100",
    "'cpu/above/90,over=5s',    500",
    "'cpu/above/90,over=10s',   1000",
    "'cpu/above/90,over=24h',   1000",
  })
  void tickFitsTheWindow(String path, long tickMs) {
    Subscription one = rig.open(rig.process(java), path);
    assertEquals(rig.now() + tickMs * MS, rig.notifier.turn());
    rig.run(20 * SECOND);
    assertEquals(tickMs * MS, rig.notifier.status().tickNs());
    assertEquals(20_000 / tickMs + 1, rig.notifier.status().samples());
    one.close();
    Subscription each = rig.open(Scopes.eachProcess(), path);
    long passes = rig.kernel.passes();
    rig.run(20 * SECOND);
    assertEquals(20_000 / tickMs, rig.kernel.passes() - passes);
    each.close();
  }

  @Test
  void optionsSetTheTick() {
    try (Rig fine = new Rig(new NotifierOptions(MS, 10, 10))) {
      fine.open(Scopes.system(), "load/above/1");
      assertEquals(fine.now() + MS, fine.notifier.turn());
      fine.open(Scopes.system(), "cpu/above/1,over=50ms");
      fine.run(SECOND);
      assertEquals(MS, fine.notifier.status().tickNs());
    }
  }

  @Test
  void slowPassIsMadeRarely() {
    rig.source.inPass = () -> rig.clock.advance(40 * MS);
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/1G");
    long passes = rig.kernel.passes();
    rig.run(10 * SECOND);
    assertEquals(25, rig.kernel.passes() - passes, 1);
    assertEquals(400 * MS, rig.notifier.status().tickNs());
    // Samples of single entities do not wait for the slow pass.
    Subscription one = rig.open(rig.process(java), "rss/above/1G");
    long reads = rig.kernel.reads();
    rig.run(10 * SECOND);
    assertTrue(rig.kernel.reads() - reads >= 75, "" + (rig.kernel.reads() - reads));
    each.close();
    one.close();
  }

  @Test
  void newWaiterKeepsTheBudget() {
    rig.source.inPass = () -> rig.clock.advance(100 * MS);
    rig.open(Scopes.eachProcess(), "rss/above/1G");
    long passes = rig.kernel.passes();
    for (int i = 0; i < 100; i++) {
      rig.on(Scopes.eachProcess(), "rss/above/" + (i + 2) + "G");
      rig.run(100 * MS);
    }
    assertTrue(rig.kernel.passes() - passes <= 12, "" + (rig.kernel.passes() - passes));
  }

  @Test
  void samplingIsAccountedFor() {
    rig.source.inPass = () -> rig.clock.advance(2 * MS);
    rig.open(Scopes.eachProcess(), "rss/above/1G");
    rig.run(SECOND);
    NotifierStatus status = rig.notifier.status();
    assertEquals(status.samples() * 2 * MS, status.samplingNs());
    assertEquals(0, status.lateTicks());
  }

  @Test
  void lateTicksAreCounted() {
    rig.open(rig.process(java), "rss/above/1G");
    rig.open(rig.process(java), "fds/above/1K");
    rig.open(Scopes.system(), "load/above/1K");
    rig.run(SECOND);
    assertEquals(0, rig.notifier.status().lateTicks());
    rig.clock.advance(140 * MS);
    rig.run(0);
    assertEquals(0, rig.notifier.status().lateTicks());
    rig.clock.advance(350 * MS);
    rig.run(0);
    assertEquals(1, rig.notifier.status().lateTicks());
    assertEquals(250 * MS, rig.notifier.status().worstLateNs());
  }

  @Test
  void firstSampleIsNotLate() {
    rig.kernel.withoutEvents();
    rig.open(rig.process(java), "exit/occurs/any");
    assertEquals(0, rig.notifier.status().lateTicks());
    assertEquals(0, rig.notifier.status().worstLateNs());
  }

  @Test
  void timeWithoutWaitersIsNoTick() {
    rig.open(rig.process(java), "rss/above/1G").close();
    rig.run(3600 * SECOND);
    rig.open(rig.process(java), "rss/above/1G");
    rig.run(TICK);
    assertEquals(TICK, rig.notifier.status().tickNs());
  }

  @Test
  void statusCountsWaitersAndConditions() {
    assertEquals(0, rig.notifier.status().tickNs());
    rig.open(rig.process(java), "rss/above/1G");
    rig.open(rig.process(java), "rss/above/1024M");
    rig.open(rig.process(java), "exit/occurs/any");
    rig.open(Scopes.eachProcess(), "exit/occurs/any");
    NotifierStatus status = rig.notifier.status();
    assertEquals(4, status.waiters());
    assertEquals(3, status.conditions());
  }
}
