package kifs.notifier;

import static kifs.notifier.Rig.MIB;
import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.TICK;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedThread;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Conditions on each entity of a collection, present or future (docs/notify.md 6). */
class EachTest {
  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void everyProcessThatExceedsIsReportedForItself() {
    rig.kernel.spawn(200, "small").rss(MIB);
    rig.kernel.spawn(201, "big").rss(900 * MIB).uid(7);
    rig.kernel.spawn(202, "bigger").rss(1000 * MIB);
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/500M");
    List<Map<String, String>> events = events(each);
    assertEquals(List.of("201", "202"), events.stream().map(e -> e.get("pid")).toList());
    assertEquals("7", events.get(0).get("uid"));
    assertEquals("processes/201", events.get(0).get("entity"));
    assertEquals("big", events.get(0).get("comm"));
  }

  @Test
  void laterProcessCounts() {
    Subscription rises = rig.open(Scopes.eachProcess(), "rss/rises/500M");
    rig.run(10 * TICK);
    rig.kernel.spawn(300, "born-big").rss(600 * MIB);
    rig.run(TICK);
    assertEquals(List.of("300"), events(rises, "pid"));
  }

  @Test
  void processBornBeforeTheFirstSampleCounts() {
    Subscription rises = rig.on(Scopes.eachProcess(), "rss/rises/500M");
    rig.clock.advance(MS);
    rig.kernel.spawn(300, "born-big").rss(600 * MIB);
    rig.run(TICK);
    assertEquals(1, count(rises));
  }

  @Test
  void reusedPidIsAnotherProcess() {
    rig.kernel.spawn(300, "first").rss(600 * MIB);
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/500M");
    assertEquals(1, count(each));
    rig.clock.advance(MS);
    rig.kernel.simulated(300).exit(0);
    rig.kernel.spawn(300, "second").rss(600 * MIB);
    rig.run(TICK);
    assertEquals(List.of("second"), events(each, "comm"));
  }

  @Test
  void reusedPidIsAnotherProcessForARareSampleToo() {
    rig.clock.advance(SECOND);
    rig.kernel.spawn(300, "first").cpu(100);
    Subscription rare = rig.open(Scopes.eachProcess(), "cpu/above/5,over=10s");
    Subscription often = rig.open(Scopes.eachProcess(), "rss/above/1T");
    rig.run(5 * SECOND);
    assertEquals(1, count(rare));
    // The process is replaced between two samples of the rare figure, but not between two of
    // the frequent one.
    rig.run(250 * MS);
    rig.kernel.simulated(300).exit(0);
    rig.run(2 * TICK);
    rig.kernel.spawn(300, "second").cpu(100);
    rig.run(20 * SECOND);
    assertEquals(List.of("second"), events(rare, "comm"));
    assertEquals(0, count(often));
  }

  @Test
  void changesOfAReusedPidBeginAnew() {
    rig.kernel.spawn(300, "first").rss(600 * MIB);
    Subscription each = rig.open(Scopes.eachProcess(), "rss/changes/100M");
    rig.clock.advance(MS);
    rig.kernel.simulated(300).exit(0);
    SimulatedProcess second = rig.kernel.spawn(300, "second").rss(50 * MIB);
    rig.run(TICK);
    assertEquals(0, count(each));
    second.rss(151 * MIB);
    rig.run(TICK);
    assertEquals(1, count(each));
  }

  @Test
  void reusedPidBreaksTheHold() {
    rig.kernel.spawn(300, "first").rss(600 * MIB);
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/500M,for=1s");
    rig.run(950 * MS);
    rig.kernel.simulated(300).exit(0);
    rig.kernel.spawn(300, "second").rss(600 * MIB);
    rig.run(900 * MS);
    assertEquals(0, count(each));
    rig.run(2 * TICK);
    assertEquals(1, count(each));
  }

  @Test
  void eachOfManyProcessesIsReported() {
    SimulatedProcess crowd = rig.kernel.crowd(300, 1000, 2, "many").rss(MIB);
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/10M");
    crowd.rss(20 * MIB);
    rig.run(TICK);
    List<Map<String, String>> events = events(each);
    assertEquals(300, events.size());
    assertTrue(events.stream().allMatch(event -> event.get("lost").equals("0")));
    crowd.exit(0);
  }

  /** An entity that exceeds a threshold has one unread event, the latest. */
  @Test
  void unreadEventsAreBoundedByTheEntities() {
    SimulatedProcess one = rig.kernel.spawn("one");
    SimulatedProcess other = rig.kernel.spawn("other").rss(20 * MIB);
    Subscription each = rig.open(Scopes.eachProcess(), "rss/above/10M");
    for (int mib = 11; mib < 1011; mib++) {
      one.rss(mib * MIB);
      rig.run(TICK);
      one.rss(MIB);
      rig.run(TICK);
    }
    List<Map<String, String>> events = events(each);
    assertEquals(
        List.of(other.pid() + "=" + 20 * MIB, one.pid() + "=" + 1010 * MIB),
        events.stream().map(event -> event.get("pid") + "=" + event.get("value")).toList());
    assertEquals(List.of("1", "2"), events.stream().map(event -> event.get("seq")).toList());
    assertEquals(List.of("0", "0"), events.stream().map(event -> event.get("lost")).toList());
  }

  @Test
  void sumOfAGauge() {
    SimulatedProcess a = rig.kernel.spawn("a").threads(10);
    Subscription sum = rig.open(Scopes.allProcesses(), "threads/above/20");
    SimulatedProcess b = rig.kernel.spawn("b").threads(11);
    rig.run(TICK);
    Map<String, String> event = events(sum).get(0);
    assertEquals("21", event.get("value"));
    assertEquals("processes/sum", event.get("entity"));
    assertEquals("0", event.get("pid"));
    a.exit(0);
    rig.run(TICK);
    b.threads(21);
    rig.run(TICK);
    assertEquals(1, count(sum));
  }

  @Test
  void sumOfARateSurvivesExits() {
    rig.clock.advance(100 * SECOND);
    SimulatedProcess old = rig.kernel.spawn("old").cpu(100);
    rig.clock.advance(100 * SECOND);
    Subscription below = rig.open(Scopes.allProcesses(), "cpu/below/50");
    Subscription changes = rig.open(Scopes.allProcesses(), "cpu/changes/30");
    rig.run(5 * SECOND);
    assertEquals(0, count(below));
    old.exit(0);
    rig.run(SECOND);
    assertEquals(List.of("0"), events(below, "value"));
    assertEquals(List.of("0"), events(changes, "value"));
  }

  @Test
  void sumIsKnownToBeLowWhileProcessesComeAndGo() {
    rig.clock.advance(100 * SECOND);
    SimulatedProcess busy = rig.kernel.spawn("busy").cpu(100);
    Subscription below = rig.open(Scopes.allProcesses(), "cpu/below/50,over=950ms");
    rig.run(2 * SECOND);
    count(below);
    busy.cpu(0);
    // At every sample some of the processes have just outgrown their first window.
    for (int i = 0; i < 150; i++) {
      rig.run(13 * MS);
      rig.kernel.spawn(1000 + i, "brief");
      if (i >= 90) {
        rig.kernel.simulated(1000 + i - 90).exit(0);
      }
      if (i == 80) {
        rig.kernel.spawn(999, "late").cpu(100);
        assertEquals(1, count(below));
      } else if (i == 140) {
        rig.kernel.simulated(999).cpu(0);
      }
    }
    for (int i = 150; i < 300; i++) {
      rig.run(13 * MS);
      rig.kernel.spawn(1000 + i, "brief");
      rig.kernel.simulated(1000 + i - 90).exit(0);
    }
    assertEquals(1, count(below));
  }

  @Test
  void risesOfASumDoesNotReportAnExcursionUnderWay() {
    rig.clock.advance(100 * SECOND);
    rig.kernel.spawn("a").cpu(60);
    rig.kernel.spawn("b").cpu(60);
    rig.clock.advance(100 * SECOND);
    Subscription rises = rig.open(Scopes.allProcesses(), "cpu/rises/100,over=2s");
    Subscription falls = rig.open(Scopes.allProcesses(), "cpu/falls/150,over=2s");
    rig.run(10 * SECOND);
    assertEquals(0, count(rises));
    assertEquals(0, count(falls));
    rig.kernel.spawn("c").cpu(40);
    rig.run(10 * SECOND);
    assertEquals(0, count(rises));
    assertEquals(0, count(falls));
  }

  @Test
  void threadsOfOneProcess() {
    SimulatedProcess java = rig.kernel.spawn(500, "java");
    java.spawnThread(501, "gc").cpu(60);
    java.spawnThread(502, "jit").cpu(60);
    rig.kernel.spawn("other").cpu(100);
    rig.clock.advance(SECOND);
    Subscription each = rig.open(rig.eachThread(java), "cpu/above/50");
    Subscription sum = rig.open(rig.allThreads(java), "cpu/above/110");
    rig.run(2 * SECOND);
    List<Map<String, String>> events = events(each);
    assertEquals(List.of("501", "502"), events.stream().map(e -> e.get("tid")).toList());
    assertEquals("processes/500/threads/501", events.get(0).get("entity"));
    assertEquals("gc", events.get(0).get("comm"));
    Map<String, String> total = events(sum).get(0);
    assertEquals("processes/500/threads/sum", total.get("entity"));
    assertEquals("0", total.get("tid"));
    assertEquals("500", total.get("pid"));
    assertTrue(each.isEnded() == sum.isEnded() && !sum.isEnded());
    java.exit(0);
    rig.run(0);
    assertTrue(each.isEnded() && sum.isEnded());
  }

  @Test
  void windowsOfThreadsOutliveLifeChecks() {
    rig.kernel.withoutEvents();
    SimulatedProcess java = rig.kernel.spawn(500, "java");
    SimulatedThread gc = java.spawnThread(501, "gc");
    rig.clock.advance(100 * SECOND);
    Subscription below = rig.open(rig.eachThread(java), "cpu/below/50,over=10s");
    gc.cpu(90);
    rig.run(20 * SECOND);
    assertEquals(List.of("500"), events(below, "tid"));
  }

  @Test
  void endOfAThreadEndsItsWaiters() {
    SimulatedProcess java = rig.kernel.spawn(500, "java");
    SimulatedThread gc = java.spawnThread(501, "gc");
    Subscription cpu = rig.open(rig.thread(java, 501), "cpu/above/50");
    gc.exit();
    rig.run(TICK);
    assertTrue(cpu.isEnded());
  }

  @Test
  void endOfAThreadIsFoundWithinATickWithoutPush() {
    rig.kernel.withoutEvents();
    SimulatedProcess java = rig.kernel.spawn(500, "java");
    SimulatedThread gc = java.spawnThread(501, "gc");
    Subscription cpu = rig.open(rig.thread(java, 501), "cpu/above/50,over=1h");
    rig.run(250 * MS);
    gc.exit();
    rig.run(TICK);
    assertTrue(cpu.isEnded());
  }
}
