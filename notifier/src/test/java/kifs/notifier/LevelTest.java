package kifs.notifier;

import static kifs.notifier.Rig.MIB;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.TICK;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Levels of one process's memory (docs/notify.md 3). */
class LevelTest {
  private final Rig rig = new Rig();
  private final SimulatedProcess java = rig.kernel.spawn("java").uid(1000).rss(100 * MIB);

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
  void aboveReportsOncePerExcursion() {
    Subscription above = open("rss/above/500M");
    rss(400);
    assertEquals(0, count(above));
    rss(600);
    rss(700);
    assertEquals(1, count(above));
    rss(500);
    rss(501);
    assertEquals(1, count(above));
  }

  @Test
  void eventHasAllKeys() {
    Subscription above = open("rss/above/500M");
    java.rename("java 17");
    rig.clock.advance(2 * SECOND);
    rss(600);
    Map<String, String> event = events(above).get(0);
    assertEquals("2026-01-01T00:00:02.000000000Z", event.get("time"));
    assertEquals("processes/100", event.get("entity"));
    assertEquals("100", event.get("pid"));
    assertEquals("0", event.get("tid"));
    assertEquals("1000", event.get("uid"));
    assertEquals("java\\x2017", event.get("comm"));
    assertEquals(Long.toString(600 * MIB), event.get("value"));
    assertEquals("0s", event.get("held"));
    assertEquals("1", event.get("seq"));
  }

  @Test
  void aboveReportsAtOnceIfAlreadyExceeded() {
    java.rss(600 * MIB);
    assertEquals(1, count(open("rss/above/500M")));
    assertEquals(0, count(open("rss/below/500M")));
  }

  @Test
  void thresholdItselfDoesNotExceed() {
    java.rss(500 * MIB);
    assertEquals(0, count(open("rss/above/500M")));
    assertEquals(0, count(open("rss/below/500M")));
    assertEquals(1, count(open("rss/above/524287999")));
    assertEquals(1, count(open("rss/below/524288001")));
  }

  @Test
  void risesDoesNotReportAnExcursionUnderWay() {
    java.rss(600 * MIB);
    Subscription rises = open("rss/rises/500M");
    rss(700);
    assertEquals(0, count(rises));
    rss(500);
    rss(501);
    assertEquals(1, count(rises));
  }

  @Test
  void fallsMirrorsRises() {
    Subscription falls = open("rss/falls/500M");
    rss(50);
    assertEquals(0, count(falls));
    rss(500);
    rss(499);
    rss(498);
    assertEquals(1, count(falls));
  }

  @Test
  void excursionUnderWayEndsAtClearToo() {
    java.rss(600 * MIB);
    Subscription rises = open("rss/rises/500M,clear=400M");
    rss(450);
    rss(600);
    assertEquals(0, count(rises));
    rss(400);
    rss(600);
    assertEquals(1, count(rises));
  }

  @Test
  void valueBetweenThresholdAndClearIsCalm() {
    java.rss(450 * MIB);
    Subscription rises = open("rss/rises/500M,clear=400M");
    rss(600);
    assertEquals(1, count(rises));
  }

  @Test
  void excursionEndsOnlyAtClear() {
    Subscription above = open("rss/above/500M,clear=450M");
    rss(600);
    rss(451);
    rss(600);
    assertEquals(1, count(above));
    rss(450);
    rss(600);
    assertEquals(1, count(above));
  }

  @Test
  void belowEndsAtAHigherClear() {
    Subscription below = open("rss/below/450M,clear=500M");
    assertEquals(1, count(below));
    rss(499);
    rss(400);
    assertEquals(0, count(below));
    rss(500);
    rss(449);
    assertEquals(1, count(below));
  }

  @Test
  void holdMustHaveNoBreak() {
    Subscription above = open("rss/above/500M,for=1s");
    java.rss(600 * MIB);
    rig.run(9 * TICK);
    rss(500);
    java.rss(600 * MIB);
    rig.run(9 * TICK);
    assertEquals(0, count(above));
    rig.run(TICK);
    assertEquals(List.of("1s"), events(above, "held"));
    rig.run(5 * SECOND);
    assertEquals(0, count(above));
  }

  @Test
  void sampleBetweenThresholdAndClearBreaksTheHoldOnlyBeforeTheReport() {
    Subscription above = open("rss/above/500M,for=1s,clear=400M");
    java.rss(600 * MIB);
    rig.run(6 * TICK);
    rss(450);
    java.rss(600 * MIB);
    rig.run(8 * TICK);
    assertEquals(0, count(above));
    rig.run(3 * TICK);
    assertEquals(1, count(above));
    rss(450);
    java.rss(600 * MIB);
    rig.run(3 * SECOND);
    assertEquals(0, count(above));
  }

  @Test
  void changesCountsFromTheLastReport() {
    Subscription changes = open("rss/changes/10M");
    rss(109);
    assertEquals(0, count(changes));
    rss(110);
    rss(101);
    assertEquals(1, count(changes));
    rss(100);
    assertEquals(1, count(changes));
    rss(300);
    assertEquals(List.of(Long.toString(300 * MIB)), events(changes, "value"));
  }

  @Test
  void changesAnyReportsEveryChange() {
    Subscription changes = open("rss/changes/any");
    rss(100);
    assertEquals(0, count(changes));
    java.rss(100 * MIB + 4096);
    rig.run(TICK);
    rss(99);
    assertEquals(List.of("any", "any"), events(changes, "threshold"));
  }

  @Test
  void spikeOfOneTickIsCaught() {
    Subscription above = open("rss/above/500M");
    rig.run(7 * Rig.MS);
    java.rss(600 * MIB);
    rig.run(TICK);
    java.rss(100 * MIB);
    rig.run(TICK);
    assertEquals(1, count(above));
  }

  @Test
  void limitOfZeroIsExceeded() {
    java.fds(5).limit("nofile", 0, 0);
    Map<String, String> event = events(open("fds/above/100%")).get(0);
    assertEquals("999999999999999999", event.get("value"));
    assertEquals("5", event.get("amount"));
    assertEquals("0", event.get("limit"));
  }

  @Test
  void percentOfTheLimitOfFds() {
    java.limit("nofile", 1000, 4000).fds(900);
    Subscription above = open("fds/above/90%");
    assertEquals(0, count(above));
    java.fds(905);
    rig.run(TICK);
    Map<String, String> event = events(above).get(0);
    assertEquals("90.5", event.get("value"));
    assertEquals("90", event.get("threshold"));
    assertEquals("%", event.get("unit"));
    assertEquals("905", event.get("amount"));
    assertEquals("1000", event.get("limit"));
    assertEquals("count", event.get("amountunit"));
    java.limit("nofile", 2000, 4000);
    rig.run(TICK);
    java.fds(1900);
    rig.run(TICK);
    assertEquals(List.of("95"), events(above, "value"));
  }

  @Test
  void withoutALimitThereIsNoPercentage() {
    java.limit("nofile", -1, -1).fds(1_000_000);
    assertEquals(0, count(open("fds/above/0.001%")));
    assertEquals(0, count(open("fds/below/90%")));
    assertEquals(0, count(open("fds/changes/any")));
  }

  @Test
  void liftingTheLimitEndsTheExcursion() {
    java.limit("nofile", 100, 100).fds(95);
    Subscription above = open("fds/above/90%");
    assertEquals(1, count(above));
    java.limit("nofile", -1, -1);
    rig.run(TICK);
    java.limit("nofile", 100, 100);
    rig.run(TICK);
    assertEquals(1, count(above));
  }

  @Test
  void percentOfTheHostsMemory() {
    Record system = Record.allocate(SystemRecord.TYPE);
    rig.kernel.readSystem(SystemRecord.MEMORY_TOTAL.bit(), system);
    long total = system.get(SystemRecord.MEMORY_TOTAL);
    java.rss(total / 2);
    Map<String, String> half = events(open("rss/above/49.9%")).get(0);
    assertEquals("50", half.get("value"));
    assertEquals(Long.toString(total / 2), half.get("amount"));
    assertEquals(Long.toString(total), half.get("limit"));
    assertEquals("bytes", half.get("amountunit"));
    Map<String, String> all = events(rig.open(Scopes.allProcesses(), "rss/above/49.9%")).get(0);
    assertEquals(Long.toString(total), all.get("limit"));
    assertTrue(Long.parseLong(all.get("amount")) >= total / 2, all::toString);
    rig.kernel.system().memoryAvailable(total / 4);
    Subscription available = rig.open(Scopes.system(), "memory.available/below/25%");
    assertEquals(0, count(available));
    rig.kernel.system().memoryAvailable(total / 5);
    rig.run(TICK);
    Map<String, String> event = events(available).get(0);
    assertEquals(20, Double.parseDouble(event.get("value")), 0.001);
    assertEquals("%", event.get("unit"));
    assertEquals("system", event.get("entity"));
    assertEquals("0", event.get("uid"));
    assertEquals("", event.get("comm"));
  }

  @Test
  void levelsOfTheHost() {
    Subscription load = rig.open(Scopes.system(), "load/above/4");
    Subscription processes = rig.open(Scopes.system(), "processes/changes/1");
    rig.kernel.system().load(4.5, 1, 1);
    rig.kernel.spawn("one");
    rig.run(TICK);
    assertEquals(List.of("4.5"), events(load, "value"));
    assertEquals(1, count(processes));
  }

  @Test
  void endOfAProcessEndsItsWaiters() {
    Subscription above = open("rss/above/500M");
    java.exit(0);
    rig.run(0);
    assertTrue(above.isEnded());
    assertEquals(0, count(above));
  }
}
