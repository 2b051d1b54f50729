package kifs.notifier.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedThread;
import kifs.notifier.NotReportedException;
import kifs.notifier.Rig;
import kifs.notifier.TooManyWaitersException;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.EntityVanishedException;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each metric measures the figure that its name promises, for the entities that have it. */
class MetricsTest {
  private static final long MIB = Rig.MIB;
  private static final long SECOND = Rig.SECOND;

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  @Test
  void theTableHasWhatAControllerNeeds() {
    assertHas(
        EntityKind.PROCESS,
        "cpu cpu.time rss rss.rate rss.peak vsize swap shared fds threads children io.read io.write"
            + " faults.major faults.minor switches.voluntary switches.involuntary run.delay"
            + " priority nice state uptime blocked exit exec fork oom limits.cpu limits.data"
            + " limits.stack limits.rss limits.as limits.nofile limits.memlock limits.sigpending"
            + " limits.nproc");
    assertHas(
        EntityKind.THREAD,
        "cpu cpu.time io.read io.write faults.major faults.minor switches.voluntary"
            + " switches.involuntary run.delay priority nice state uptime blocked exit");
    assertHas(
        EntityKind.SYSTEM,
        "cpu load memory.available swap.free processes threads files pressure.cpu"
            + " pressure.memory.full pressure.io forks context.switches uptime"
            + " threads.uninterruptible oom");
    for (String notSummable :
        List.of("priority", "state", "uptime", "blocked", "rss.peak", "children")) {
      assertFalse(names(EntityKind.PROCESS, true).contains(notSummable), notSummable);
    }
  }

  private static void assertHas(EntityKind kind, String names) {
    Set<String> missing = new HashSet<>(List.of(names.split(" ")));
    missing.removeAll(names(kind, false));
    assertEquals(Set.of(), missing);
  }

  private static Set<String> names(EntityKind kind, boolean sum) {
    return Metrics.of(kind, sum).stream().map(Metric::name).collect(Collectors.toSet());
  }

  @Test
  void namesAreUniqueAndTheTableHasALineForEach() {
    Set<String> names = new HashSet<>();
    for (Metric metric : Metrics.ALL) {
      assertTrue(names.add(metric.name()), metric.name());
      assertTrue(metric.name().matches("[a-z]+(\\.[a-z0-9]+)*"), metric.name());
      assertFalse(metric.doc().isBlank());
    }
    List<String> lines = MetricsTable.text().lines().toList();
    assertEquals(Metrics.ALL.size() + 1, lines.size());
    assertEquals("name\tunit\tnature\tentities\tpercent\tpushed\tsource\tmeaning", lines.get(0));
    lines.forEach(line -> assertEquals(8, line.split("\t").length, line));
    assertTrue(
        lines.contains(
            "rss\tbytes\tgauge\tprocess\tyes\tyes\tPROCESS.rss_bytes,PROCESS.rss_peak_bytes\t"
                + "resident memory; % is of the host's memory"),
        MetricsTable.text());
    assertTrue(MetricsTable.text().contains("\nexit\tcount\tevent\tprocess,thread\tno\tyes\t"));
  }

  /** A process that has used a little of everything for two seconds. */
  private SimulatedProcess busy() {
    rig.kernel.spawn(7, "parent");
    SimulatedProcess p = rig.kernel.spawn(50, 7, "busy").uid(5);
    p.rss(40 * MIB)
        .rssOfFilesAndShared(3 * MIB, 2 * MIB)
        .vsize(100 * MIB)
        .swap(MIB)
        .fds(30)
        .hugePages(8 * MIB);
    p.cpu(20).io(1000, 2000).faults(300, 4).switches(50, 6).nice(3);
    p.limit("memlock", 64, 64).uses("memlock", 32).limit("stack", 100, 100).uses("stack", 90);
    p.uses("data", 77)
        .uses("sigpending", 3)
        .uses("nproc", 30)
        .limit("nproc", 40, 50)
        .limit("as", 200 * MIB, 200 * MIB);
    SimulatedThread worker = p.spawnThread(51, "worker");
    worker.cpu(10).switches(100, 10);
    rig.clock.advance(2 * SECOND);
    return p;
  }

  /** A threshold just below the process's figure is reported, one just above it isn't. */
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "cpu 29 31",
        "cpu.time 0.5 1.5",
        "rss 39M 41M",
        "rss.peak 39M 41M",
        "vsize 99M 101M",
        "swap 1023K 1025K",
        "rss.huge 7.9M 8.1M",
        "shared 4.9M 5.1M",
        "fds 29 30",
        "threads 1 2",
        "io.read 999 1001",
        "io.write 1999 2001",
        "faults.minor 299 301",
        "faults.major 3.9 4.1",
        "switches.voluntary 149 151",
        "switches.involuntary 15 17",
        "priority 22 23",
        "nice 2 3",
        "uptime 1s 5s",
        "limits.cpu 0.5s 1.5s",
        "limits.memlock 49% 50%",
        "limits.stack 89% 90%",
        "limits.as 49% 50%",
        "limits.nofile 29 30",
        "limits.rss 39M 40M",
        "limits.data 76 77",
        "limits.sigpending 2 3",
        "limits.nproc 74% 75%",
      })
  void aProcessExceedsOnlyTheLowerThreshold(String metric, String less, String more) {
    SimulatedProcess p = busy();
    Subscription one = rig.open(rig.process(p), metric + "/above/" + less);
    Subscription each = rig.open(Scopes.eachProcess(), metric + "/above/" + less);
    Subscription silent = rig.open(rig.process(p), metric + "/above/" + more);
    rig.run(SECOND + Rig.TICK);
    List<Map<String, String>> events = Rig.events(one);
    assertEquals(1, events.size());
    assertEquals("50", events.get(0).get("pid"));
    assertEquals("5", events.get(0).get("uid"));
    assertEquals("busy", events.get(0).get("comm"));
    assertTrue(Rig.events(each, "pid").contains("50"));
    assertEquals(0, Rig.count(silent));
  }

  /** No child lives long enough to be a hog, and the parent only waits for them. */
  @Test
  void shortLivedChildrenCountAsTheirParents() {
    SimulatedProcess shell = rig.kernel.spawn(50, "shell").cpu(5);
    Subscription own = rig.open(rig.process(shell), "cpu/above/30,over=1s");
    Subscription both = rig.open(rig.process(shell), "cpu.with.children/above/80,over=1s");
    Subscription each = rig.open(Scopes.eachProcess(), "cpu.with.children/above/80,over=1s");
    Subscription more = rig.open(rig.process(shell), "cpu.with.children/above/110,over=1s");
    for (int i = 0; i < 100; i++) {
      SimulatedProcess child = rig.kernel.spawn(1000 + i, 50, "child").cpu(60, 40);
      rig.run(25 * Rig.TICK / 100);
      child.exit(0);
    }
    assertEquals(1, Rig.count(both));
    assertEquals(List.of("50"), Rig.events(each, "pid"));
    assertEquals(0, Rig.count(own) + Rig.count(more));
  }

  @Test
  void theHostRunsOutOfHugePages() {
    rig.kernel.system().huge(100 * MIB, 50 * MIB);
    Subscription few = rig.open(Scopes.system(), "memory.huge.free/below/40%");
    Subscription pool = rig.open(Scopes.system(), "memory.huge/above/99M");
    rig.run(SECOND);
    assertEquals(List.of("104857600"), Rig.events(pool, "value"));
    assertEquals(0, Rig.count(few));
    rig.kernel.system().hugeFree(39 * MIB);
    rig.run(SECOND);
    assertEquals(List.of("39"), Rig.events(few, "value"));
  }

  @Test
  void childrenAreCountedForOneAndForEach() {
    SimulatedProcess parent = rig.kernel.spawn(50, "parent");
    Subscription one = rig.open(rig.process(parent), "children/above/2");
    Subscription each = rig.open(Scopes.eachProcess(), "children/above/2");
    rig.kernel.spawn(60, 50, "a");
    rig.kernel.spawn(61, 50, "b");
    rig.run(SECOND);
    assertEquals(0, Rig.count(one) + Rig.count(each));
    SimulatedProcess c = rig.kernel.spawn(62, 50, "c");
    rig.run(SECOND);
    assertEquals(List.of("3"), Rig.events(one, "value"));
    assertEquals(List.of("50"), Rig.events(each, "pid"));
    c.exit(0);
    rig.run(SECOND);
    rig.kernel.spawn(62, 50, "d");
    rig.run(SECOND);
    assertEquals(1, Rig.count(one));
    parent.exit(0);
    rig.run(0);
    assertTrue(one.isEnded());
  }

  @Test
  void growthAndShrinkingOfMemory() {
    SimulatedProcess p = rig.kernel.spawn("p").rss(500 * MIB);
    rig.clock.advance(100 * SECOND);
    Subscription grows = rig.open(rig.process(p), "rss.rate/above/10M");
    Subscription shrinks = rig.open(rig.process(p), "rss.rate/below/-10M,over=2s");
    rig.run(3 * SECOND);
    assertEquals(0, Rig.count(grows) + Rig.count(shrinks), "nothing changed within the window");
    p.rssGrowth(20 * MIB);
    rig.run(2 * SECOND);
    assertEquals(1, Rig.count(grows));
    p.rssGrowth(-30 * MIB);
    rig.run(3 * SECOND);
    assertEquals(0, Rig.count(grows));
    assertEquals("bytes/s", Rig.events(shrinks).get(0).get("unit"));
  }

  @Test
  void aStateIsReportedWhenItBegins() {
    SimulatedProcess p = rig.kernel.spawn(50, "disk").state('S');
    Subscription one = rig.open(rig.process(p), "state/occurs/D");
    Subscription held = rig.open(Scopes.eachProcess(), "state/occurs/D,for=3s");
    Subscription any = rig.open(rig.process(p), "state/changes/any");
    rig.run(SECOND);
    p.state('D');
    rig.run(2 * SECOND);
    Map<String, String> event = Rig.events(one).get(0);
    assertEquals("D", event.get("value"));
    assertEquals("D", event.get("threshold"));
    assertEquals(0, Rig.count(held));
    rig.run(2 * SECOND);
    assertEquals(List.of("50"), Rig.events(held, "pid"));
    p.state('S');
    rig.run(SECOND);
    p.state('D');
    rig.run(SECOND);
    assertEquals(1, Rig.count(one));
    assertEquals(List.of("D", "S", "D"), Rig.events(any, "value"));
    assertEquals(1, Rig.count(rig.open(Scopes.eachProcess(), "state/occurs/D")), "at once");
  }

  @Test
  void uninterruptibleThreadsOfTheHostAreCounted() {
    SimulatedProcess p = rig.kernel.spawn("disk");
    p.spawnThread(51, "a").state('D');
    Subscription two = rig.open(Scopes.system(), "threads.uninterruptible/above/1");
    rig.run(SECOND);
    assertEquals(0, Rig.count(two));
    p.spawnThread(52, "b").state('D');
    rig.run(SECOND);
    assertEquals(List.of("2"), Rig.events(two, "value"));
  }

  @Test
  void anEventThatTheSourceDoesNotProvideIsRefused() {
    Set<String> refused =
        Stream.of("exec", "oom")
            .filter(
                name -> {
                  rig.kernel.withoutEvents();
                  Scope scope = Scopes.eachProcess();
                  try {
                    rig.notifier.subscribe(scope, Rig.condition(scope, name + "/occurs/any"), 0);
                    return false;
                  } catch (NotReportedException e) {
                    return true;
                  } catch (EntityVanishedException | TooManyWaitersException e) {
                    throw new AssertionError(e);
                  }
                })
            .collect(Collectors.toSet());
    assertEquals(Set.of("exec", "oom"), refused);
  }
}
