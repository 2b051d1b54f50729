package kifs.kernel.simulated.script;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Project;
import org.junit.jupiter.api.Test;

class SimulationScriptTest {
  private static final long SECOND = 1_000_000_000L;
  private static final Path SCRIPTS = Project.TEST_DATA.resolve("simulated");

  private static Record process(SimulatedKernel kernel, int pid) {
    Record record = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = kernel.process(pid).orElseThrow()) {
      assertTrue(ref.read(ProcessRecord.TYPE.allFields(), record));
    }
    return record;
  }

  private static Record thread(SimulatedKernel kernel, int pid, int tid) {
    Record record = Record.allocate(ThreadRecord.TYPE);
    try (ProcessRef ref = kernel.process(pid).orElseThrow()) {
      assertTrue(ref.thread(tid).orElseThrow().read(ThreadRecord.TYPE.allFields(), record));
    }
    return record;
  }

  @Test
  void everyStatementDoesWhatItSays() throws Exception {
    SimulationScript script =
        SimulationScript.parse(
            """
            # a comment, then an empty line

            host name=demo processors=4 memory=16G boot=2h
            0s  spawn 100 comm=java uid=1000 threads=4 rss=200M fds=20 cpu=30% \
            cmdline="java -jar \\"x y\\".jar" exe=/usr/bin/java cgroup=/a # and another
            0s  crowd 10 from=1000 threads=4 comm=idle
            5s  thread 100 105 comm=worker cpu=10%
            10s set 100 rss=600M cpu=95%
            12s block 100/105 mutex 0x7f00 owner=100/101
            13s run 100/105
            15s system load=3 pressure.cpu=40%
            20s exit 100 status=1
            30s repeat
            """);
    VirtualClock clock = script.virtualClock();
    SimulatedKernel kernel = script.start(clock);
    assertEquals(7200 * SECOND, clock.boottimeNs());
    assertEquals("demo", kernel.host().name());
    assertEquals(4, kernel.host().cpus());
    assertEquals(11, kernel.pids().length);
    assertEquals(200L << 20, process(kernel, 100).get(ProcessRecord.RSS));
    assertEquals(1000, process(kernel, 100).get(ProcessRecord.UID));
    assertEquals(4, process(kernel, 100).get(ProcessRecord.THREADS));
    try (ProcessRef ref = kernel.process(100).orElseThrow()) {
      assertEquals(
          "java\0-jar\0\"x\0y\".jar\0",
          new String(ref.commandLine().orElseThrow(), StandardCharsets.UTF_8));
      assertEquals("/usr/bin/java", ref.executable().orElseThrow());
      assertEquals("/a", ref.cgroup().orElseThrow());
      assertArrayEquals(new int[] {100, 101, 102, 103}, ref.tids());
    }
    clock.advance(11 * SECOND);
    assertEquals(600L << 20, process(kernel, 100).get(ProcessRecord.RSS));
    // 10 s at 30 % and 1 s at 95 % of the main thread, 6 s at 10 % of the worker.
    assertEquals(
        3 * SECOND + 950_000_000L + 600_000_000L, process(kernel, 100).get(ProcessRecord.RUNTIME));
    clock.advance(SECOND + SECOND / 2);
    Record blocked = thread(kernel, 100, 105);
    assertEquals(1, blocked.get(ThreadRecord.WAIT_KIND));
    assertEquals(0x7f00, blocked.get(ThreadRecord.WAIT_OBJECT));
    assertEquals(101, blocked.get(ThreadRecord.WAIT_OWNER));
    assertEquals(7212 * SECOND, blocked.get(ThreadRecord.LAST_RAN));
    clock.advance(SECOND);
    assertEquals(0, thread(kernel, 100, 105).get(ThreadRecord.WAIT_KIND));
    clock.advance(7 * SECOND);
    assertTrue(kernel.process(100).isEmpty());
    Record system = Record.allocate(SystemRecord.TYPE);
    kernel.readSystem(SystemRecord.TYPE.allFields(), system);
    assertEquals(3.0, system.getDouble(SystemRecord.LOAD1));
  }

  @Test
  void eventsHappenInOrderAtTheirOwnTimesEvenIfTheReadIsLate() throws Exception {
    SimulationScript script =
        SimulationScript.parse(
            """
            2s exit 100 status=3
            1s spawn 100 comm=a ppid=7
            3s spawn 200 comm=b
            4s exit 200 signal=9
            5s repeat
            """);
    VirtualClock clock = script.virtualClock();
    SimulatedKernel kernel = script.start(clock);
    long start = clock.boottimeNs();
    List<ProcessEvent> seen = new ArrayList<>();
    kernel.events().onProcesses(seen::add).orElseThrow();
    clock.advance(8 * SECOND);
    kernel.runTo(clock.boottimeNs());
    assertEquals(
        List.of(
            new ProcessEvent(ProcessEvent.Kind.FORK, 100, 7, 0, start + SECOND),
            new ProcessEvent(ProcessEvent.Kind.EXEC, 100, 0, 0, start + SECOND),
            new ProcessEvent(ProcessEvent.Kind.EXIT, 100, 0, 3 << 8, start + 2 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.FORK, 200, 1, 0, start + 3 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.EXEC, 200, 0, 0, start + 3 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.EXIT, 200, 0, 9, start + 4 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.FORK, 100, 7, 0, start + 6 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.EXEC, 100, 0, 0, start + 6 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.EXIT, 100, 0, 3 << 8, start + 7 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.FORK, 200, 1, 0, start + 8 * SECOND),
            new ProcessEvent(ProcessEvent.Kind.EXEC, 200, 0, 0, start + 8 * SECOND)),
        seen);
  }

  @Test
  void aRepeatEndsAllProcessesAndStartsTheSamePidsAgain() throws Exception {
    SimulationScript script =
        SimulationScript.parse("0s spawn 100 comm=a\n0s crowd 3 from=200 comm=b\n10s repeat");
    VirtualClock clock = script.virtualClock();
    SimulatedKernel kernel = script.start(clock);
    long start = clock.boottimeNs();
    ProcessRef first = kernel.process(100).orElseThrow();
    ProcessRef crowded = kernel.process(201).orElseThrow();
    clock.advance(25 * SECOND);
    assertFalse(first.isAlive());
    assertFalse(crowded.isAlive());
    assertArrayEquals(new int[] {100, 200, 201, 202}, kernel.pids());
    assertEquals(start + 20 * SECOND, process(kernel, 100).get(ProcessRecord.START));
    assertEquals(start + 20 * SECOND, process(kernel, 201).get(ProcessRecord.START));
  }

  @Test
  void eventsAreReportedInRealTimeWithoutARead() throws Exception {
    SimulationScript script =
        SimulationScript.parse("50ms spawn 100 comm=a\n100ms exit 100\n200ms repeat");
    CountDownLatch exited = new CountDownLatch(1);
    try (SimulatedKernel kernel = script.startInRealTime()) {
      kernel
          .events()
          .onProcesses(
              event -> {
                if (event.kind() == ProcessEvent.Kind.EXIT) {
                  exited.countDown();
                }
              })
          .orElseThrow();
      assertTrue(exited.await(10, TimeUnit.SECONDS));
    }
  }

  @Test
  void theDemonstrationHasThePromisedContents() throws Exception {
    SimulationScript script = SimulationScript.read(SCRIPTS.resolve("demo.kifs"));
    VirtualClock clock = script.virtualClock();
    SimulatedKernel kernel = script.start(clock);
    for (int round = 0; round < 2; round++) {
      clock.advance(34 * SECOND);
      assertTrue(kernel.process(700).isEmpty(), "the hog has ended");
      assertEquals(900L << 20, process(kernel, 500).get(ProcessRecord.RSS));
      assertEquals(120 + 45 * 19, process(kernel, 400).get(ProcessRecord.FDS));
      assertEquals(504, thread(kernel, 500, 503).get(ThreadRecord.WAIT_OWNER));
      assertEquals(503, thread(kernel, 500, 504).get(ThreadRecord.WAIT_OWNER));
      clock.advance(26 * SECOND);
      assertEquals(300L << 20, process(kernel, 500).get(ProcessRecord.RSS));
      assertTrue(kernel.process(1010).isPresent(), "the worker is back");
    }
  }
}
