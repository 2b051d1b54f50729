package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pushed events are reported without waiting for a tick. */
class PushedTest {
  private static final long SECOND = Rig.SECOND;
  private static final String ANY = "/occurs/any";

  /** A tick so long that no sample finds anything below. */
  private final Rig rig = new Rig(new NotifierOptions(3600 * SECOND, 100, 100));

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void forkExecAndExitOfAnyProcess() {
    rig.kernel.spawn(50, "sh").uid(7);
    Subscription fork = rig.open(Scopes.eachProcess(), "fork" + ANY);
    Subscription exec = rig.open(Scopes.eachProcess(), "exec" + ANY);
    Subscription exit = rig.open(Scopes.eachProcess(), "exit" + ANY);
    rig.clock.advance(SECOND);
    SimulatedProcess child = rig.kernel.spawn(60, 50, "sh");
    child.exec("ls").exit(0);
    rig.run(0);
    Map<String, String> forked = Rig.events(fork).get(0);
    assertEquals("50", forked.get("pid"));
    assertEquals("60", forked.get("child"));
    assertEquals("7", forked.get("uid"));
    assertEquals("processes/50", forked.get("entity"));
    assertFalse(forked.containsKey("status"), "only exits have a status");
    assertEquals(List.of("60"), Rig.events(exec, "pid"));
    assertEquals(List.of("60"), Rig.events(exit, "pid"));
    assertEquals(0, rig.notifier.status().lateTicks());
  }

  /** Events of one process need no pass over the host. */
  @Test
  void forkAndExecOfOneProcess() {
    SimulatedProcess shell = rig.kernel.spawn(50, "sh");
    SimulatedProcess other = rig.kernel.spawn(51, "other");
    Subscription fork = rig.open(rig.process(shell), "fork" + ANY);
    Subscription exec = rig.open(rig.process(shell), "exec" + ANY);
    long passes = rig.kernel.passes();
    rig.clock.advance(SECOND);
    other.exec("x");
    rig.kernel.spawn(61, 51, "child of another");
    rig.kernel.spawn(60, 50, "child");
    shell.exec("bash");
    rig.run(0);
    assertEquals(List.of("60"), Rig.events(fork, "child"));
    Map<String, String> event = Rig.events(exec).get(0);
    assertEquals("50", event.get("pid"));
    assertEquals("bash", event.get("comm"));
    assertEquals(passes, rig.kernel.passes());
    shell.exit(0);
    rig.run(0);
    assertTrue(fork.isEnded() && exec.isEnded());
    assertEquals(0, Rig.count(fork) + Rig.count(exec));
  }

  @Test
  void oomKillIsReported() {
    SimulatedProcess fat = rig.kernel.spawn(50, "fat").uid(9);
    Subscription one = rig.open(rig.process(fat), "oom" + ANY);
    Subscription each = rig.open(Scopes.eachProcess(), "oom" + ANY);
    Subscription host = rig.open(Scopes.system(), "oom" + ANY);
    rig.clock.advance(SECOND);
    rig.kernel.spawn(51, "thin").exit(9);
    fat.killForMemory();
    rig.run(0);
    for (Subscription subscription : List.of(one, each, host)) {
      List<Map<String, String>> events = Rig.events(subscription);
      assertEquals(1, events.size());
      assertEquals("50", events.get(0).get("pid"));
      assertEquals("fat", events.get(0).get("comm"));
    }
    assertTrue(one.isEnded());
  }

  @Test
  void pressureIsSampledWhenTheKernelPushes() {
    try (Rig own = new Rig(new NotifierOptions(60 * SECOND, 100, 100))) {
      Subscription high = own.open(Scopes.system(), "pressure.memory/above/20%,over=1s,clear=5%");
      own.run(61 * SECOND);
      own.kernel.system().pressure(SystemRecord.MEMORY_SOME, 90);
      own.run(SECOND / 2);
      assertEquals(0, Rig.count(high), "not yet");
      own.kernel.system().pressure(SystemRecord.MEMORY_SOME, 91);
      own.run(0);
      assertEquals(1, Rig.count(high), "by the push, long before the tick");
      assertTrue(own.notifier.status().pushed() >= 2);
    }
  }

  @Test
  void memoryIsSampledWhenTheKernelPushes() {
    SimulatedProcess hog = rig.kernel.spawn(50, "hog").rss(10 * Rig.MIB);
    Subscription one = rig.open(rig.process(hog), "rss/above/100M");
    Subscription each = rig.open(Scopes.eachProcess(), "rss/below/5M");
    rig.run(60 * SECOND);
    hog.rss(90 * Rig.MIB);
    rig.run(SECOND);
    assertEquals(0, Rig.count(one) + Rig.count(each));
    hog.rss(200 * Rig.MIB);
    rig.run(0);
    assertEquals(1, Rig.count(one), "long before the tick");
    rig.run(60 * SECOND);
    hog.rss(4 * Rig.MIB);
    rig.run(0);
    assertEquals(1, Rig.count(each));
    hog.rss(150 * Rig.MIB);
    rig.run(0);
    assertEquals(1, Rig.count(one), "it was below in between");
  }

  @Test
  void exitsOfThreadsAreReported() {
    try (Rig own = new Rig()) {
      SimulatedProcess p = own.kernel.spawn(50, "p");
      p.spawnThread(51, "a");
      p.spawnThread(52, "b");
      Subscription each = own.open(own.eachThread(p), "exit" + ANY);
      Subscription one = own.open(own.thread(p, 51), "exit" + ANY);
      own.run(SECOND);
      p.thread(51).exit();
      own.run(SECOND);
      assertEquals(List.of("51"), Rig.events(each, "tid"));
      Map<String, String> event = Rig.events(one).get(0);
      assertEquals("51", event.get("tid"));
      assertEquals("processes/50/threads/51", event.get("entity"));
      assertTrue(one.isEnded());
      p.exit(0);
      own.run(0);
      assertEquals(List.of("50", "52"), Rig.events(each, "tid").stream().sorted().toList());
      assertTrue(each.isEnded());
    }
  }
}
