package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.HidePid;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Guard;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.figures.SimulatedWait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code metrics} of a simulated kernel. */
class MetricsFileTest {
  private static final Caller USER = new Caller(1000, 1000, 1);

  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private StrictMetrics metrics() {
    return StrictMetrics.parse(rig.read("metrics"), false);
  }

  private SimulatedProcess java() {
    return rig.kernel.spawn(100, "java").uid(2000).gid(2000).rss(3 << 20).fds(5);
  }

  @Test
  void figuresOfTheHostAreInBaseUnits() {
    rig.kernel.system().load(1.5, 1, 0.5).memoryAvailable(1 << 30);
    rig.pass(Rig.SECOND);
    StrictMetrics metrics = metrics();
    assertEquals(1.5, metrics.get("kifs_host_load1"));
    assertEquals(1 << 30, metrics.get("kifs_host_memory_available_bytes"));
    assertTrue(metrics.has("kifs_host_cpu_user_seconds_total"));
    assertTrue(metrics.has("kifs_host_context_switches_total"));
  }

  @Test
  void aPressureIsARatioAndSeconds() {
    rig.kernel.system().pressure(SystemRecord.MEMORY_SOME, 25);
    rig.pass(4 * Rig.SECOND);
    StrictMetrics metrics = metrics();
    assertEquals(0.25, metrics.get("kifs_host_pressure_memory_some_avg10_ratio"));
    assertEquals(1, metrics.get("kifs_host_pressure_memory_some_seconds_total"), 0.05);
  }

  /** Each description is that of the record, so there is no other list of them. */
  @Test
  void descriptionsComeFromTheRecords() {
    StrictMetrics metrics = metrics();
    assertEquals(SystemRecord.MEMORY_FREE.doc(), metrics.help.get("kifs_host_memory_free_bytes"));
    for (AboutLine line : AboutLine.ALL) {
      boolean isShown = metrics.help.values().stream().anyMatch(h -> h.endsWith(line.meaning()));
      assertEquals(line.nature() != AboutLine.Nature.FIXED, isShown, line.name());
    }
  }

  /** The parts about the host and about cgroups ask nobody who reads. */
  @Test
  void everybodyMaySeeTheHostAndItsCgroups() {
    assertEquals(0, SystemRecord.TYPE.guarded(Guard.PTRACE));
    assertEquals(0, CgroupRecord.TYPE.guarded(Guard.PTRACE));
    assertTrue(ProcessRecord.FDS.guard() == Guard.PTRACE);
  }

  @Test
  void processesOfOneNameAreOneProgram() {
    java().threads(4).fds(50).limit("nofile", 100, 100);
    rig.kernel.spawn(200, "java").threads(2).fds(10).limit("nofile", 100, 100);
    StrictMetrics metrics = metrics();
    assertEquals(2, metrics.get("kifs_program_processes{program=\"java\"}"));
    assertEquals(6, metrics.get("kifs_program_threads{program=\"java\"}"));
    assertEquals(60, metrics.get("kifs_program_fds{program=\"java\"}"));
    assertEquals(0.5, metrics.get("kifs_program_fds_used_ratio{program=\"java\"}"));
  }

  /** Prometheus takes a fall for a restart, and would count all that the others have used again. */
  @Test
  void aCounterOfAProgramDoesNotFallWhenAProcessEnds() {
    SimulatedProcess first = rig.kernel.spawn(100, "java").cpu(100);
    rig.kernel.spawn(200, "java").cpu(50);
    rig.pass(10 * Rig.SECOND);
    String series = "kifs_program_runtime_seconds_total{program=\"java\"}";
    assertEquals(15, metrics().get(series), 0.1);
    first.exit(0);
    rig.pass(10 * Rig.SECOND);
    assertEquals(20, metrics().get(series), 0.1);
    rig.kernel.spawn(100, "java").cpu(100);
    rig.pass(10 * Rig.SECOND);
    assertEquals(35, metrics().get(series), 0.1);
  }

  @Test
  void threadsOfTheKernelAreNamedByWhatTheyDo() {
    rig.kernel.spawn(2, "kthreadd");
    rig.kernel.spawn(30, "kworker/0:1-eve").parent(2);
    rig.kernel.spawn(31, "kworker/u4:2").parent(2);
    rig.kernel.spawn(300, "a/b").parent(1);
    StrictMetrics metrics = metrics();
    assertEquals(2, metrics.get("kifs_program_processes{program=\"kworker\"}"));
    assertEquals(1, metrics.get("kifs_program_processes{program=\"a/b\"}"));
  }

  @Test
  void labelsAreEscaped() {
    rig.kernel.spawn(100, "a\"b\\c\nd");
    StrictMetrics metrics = metrics();
    // A backslash is first escaped as in events, and then for the label.
    assertTrue(metrics.has("kifs_program_processes{program=\"a\\\"b\\\\\\\\c\\\\nd\"}"));
  }

  @Test
  void theNumberOfProgramsIsBounded() {
    for (int i = 0; i < 300; i++) {
      rig.kernel.spawn(1000 + i, "program" + i).rss((i + 1) << 20).fds(300 - i);
    }
    int all = metrics().seriesOf("kifs_program_processes").size();
    assertTrue(all >= 20 && all <= 60, () -> all + " programs");
    StrictMetrics few = StrictMetrics.parse(rig.read("metrics?top=1"), false);
    assertTrue(few.has("kifs_program_processes{program=\"program299\"}"), "most memory");
    assertTrue(few.seriesOf("kifs_program_processes").size() <= 3);
    StrictMetrics many = StrictMetrics.parse(rig.read("metrics?top=1000"), false);
    assertTrue(many.seriesOf("kifs_program_processes").size() >= 300);
  }

  @Test
  void theProgramThatUsedMostOfLateIsChosen() {
    for (int i = 0; i < 50; i++) {
      rig.kernel.spawn(1000 + i, "old" + i).cpu(10).rss(5 << 20).fds(9);
    }
    rig.pass(Rig.SECOND);
    metrics();
    rig.kernel.spawn(5000, "new").cpu(100);
    rig.pass(10 * Rig.SECOND);
    assertTrue(
        StrictMetrics.parse(rig.read("metrics?top=1"), false)
            .has("kifs_program_runtime_seconds_total{program=\"new\"}"));
  }

  @Test
  void cgroupsHaveTheirPathAndLimits() {
    rig.kernel.spawn(100, "java").rss(1 << 20).cgroup("/web/workers");
    rig.kernel
        .simulatedCgroup("/web/workers")
        .set(CgroupRecord.MEMORY, 1 << 20)
        .set(CgroupRecord.PIDS, 3);
    rig.kernel.simulatedCgroup("/web").set(CgroupRecord.MEMORY_LIMIT, 1 << 30);
    StrictMetrics metrics = metrics();
    assertTrue(metrics.has("kifs_cgroup_memory_bytes{cgroup=\"/web/workers\"}"));
    assertEquals(1 << 30, metrics.get("kifs_cgroup_memory_limit_effective_bytes{cgroup=\"/web\"}"));
    assertEquals(
        Double.POSITIVE_INFINITY, metrics.get("kifs_cgroup_pids_limit{cgroup=\"/web/workers\"}"));
    assertFalse(metrics.has("kifs_cgroup_memory_bytes{cgroup=\"/web\"}"), "it is missing");
    assertFalse(metrics.has("kifs_cgroup_memory_limit_effective_bytes{cgroup=\"/\"}"), "the root");
  }

  @Test
  void deadlocksAreCounted() {
    assertEquals(0, metrics().get("kifs_locks_deadlocks"));
    assertFalse(metrics().has("kifs_locks_blocked_longest_seconds"), "nobody waits");
    SimulatedProcess shop = rig.kernel.spawn(500, "shop");
    shop.spawnThread(501, "one").blockedOn(SimulatedWait.MUTEX, 0x1000, 502);
    shop.spawnThread(502, "two").blockedOn(SimulatedWait.MUTEX, 0x2000, 501);
    rig.clock.advance(7 * Rig.SECOND);
    StrictMetrics metrics = metrics();
    assertEquals(1, metrics.get("kifs_locks_deadlocks"));
    assertEquals(2, metrics.get("kifs_locks_blocked_threads"));
    assertEquals(7, metrics.get("kifs_locks_blocked_longest_seconds"));
  }

  @Test
  void openMetricsDescribesCountersWithoutTheirSuffix() {
    java();
    StrictMetrics open = StrictMetrics.parse(rig.read("metrics?format=openmetrics&top=5"), true);
    assertTrue(open.help.containsKey("kifs_host_context_switches"));
    assertTrue(open.has("kifs_host_context_switches_total"));
    Set<String> plain = new HashSet<>(metrics().values.keySet());
    assertEquals(plain, open.values.keySet());
  }

  @Test
  void wrongQueriesAreRefused() {
    for (String query : new String[] {"", "top=0", "top=1001", "top=x", "format=xml", "top=1&"}) {
      assertEquals(Errno.EINVAL, rig.errno("metrics?" + query), query);
    }
    assertEquals(Errno.ENOENT, rig.errno("about?top=1"));
  }

  /** A user sees how many processes others have, as in ps, but not their files or I/O. */
  @Test
  void aUserSeesHisView() {
    java().io(1 << 20, 1 << 20);
    rig.kernel.spawn(200, "java").uid(1000).gid(1000).fds(7).io(5, 5);
    rig.become(USER);
    StrictMetrics metrics = metrics();
    assertEquals(2, metrics.get("kifs_program_processes{program=\"java\"}"));
    assertEquals(7, metrics.get("kifs_program_fds{program=\"java\"}"));
    assertTrue(metrics.has("kifs_program_runtime_seconds_total{program=\"java\"}"));
    assertFalse(metrics.has("kifs_program_read_bytes_total{program=\"java\"}"));
    rig.become(Rig.CALLER);
    assertTrue(metrics().has("kifs_program_read_bytes_total{program=\"java\"}"));
  }

  @Test
  void hiddenProcessesAreInNoFigureOfAProgram() {
    rig.close();
    rig = new Rig(new AccessOptions(false, OptionalLong.empty(), HidePid.INVISIBLE));
    java();
    rig.kernel.spawn(200, "java").uid(1000).gid(1000).rss(1 << 20);
    rig.kernel.spawn(300, "secret").uid(2000).gid(2000);
    rig.become(USER);
    StrictMetrics metrics = metrics();
    assertEquals(1, metrics.get("kifs_program_processes{program=\"java\"}"));
    assertFalse(metrics.has("kifs_program_runtime_seconds_total{program=\"java\"}"));
    assertFalse(metrics.has("kifs_program_processes{program=\"secret\"}"));
  }
}
