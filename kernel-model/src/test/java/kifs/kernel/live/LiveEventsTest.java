package kifs.kernel.live;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelEvents.Exit;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import kifs.kernel.source.KernelEvents.Watch;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.testing.Await;
import kifs.testing.Capability;
import kifs.testing.Program;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The events that the kernel pushes, with real processes. */
class LiveEventsTest {
  private static final int WAIT_S = 10;
  private static final long WINDOW_NS = 1_000_000_000;

  private final BlockingQueue<Exit> exits = new LinkedBlockingQueue<>();
  private final BlockingQueue<ProcessEvent> events = new LinkedBlockingQueue<>();
  private KernelSource source;
  private KernelEvents kernel;

  /** The threads of sources that other tests have left open. */
  private Set<Thread> others;

  /** The source under test. Subclasses run the same tests with another source. */
  KernelSource openSource() throws IOException {
    return ProcfsSource.open(Path.of("/proc"));
  }

  @BeforeEach
  void open() throws IOException {
    others = Thread.getAllStackTraces().keySet();
    source = openSource();
    kernel = source.events();
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void anExitAndItsStatus() throws Exception {
    Process child = new ProcessBuilder("sh", "-c", "read x; exit 7").start();
    long before = source.clock().boottimeNs();
    try (ProcessRef ref = source.process((int) child.pid()).orElseThrow();
        Watch watch = kernel.onExit(ref, exits::add).orElseThrow()) {
      assertNotNull(watch);
      awaitAnotherExit();
      assertEquals(List.of(), List.copyOf(exits), "it lives");
      child.outputWriter().close();
      Exit exit = exits.poll(WAIT_S, TimeUnit.SECONDS);
      assertNotNull(exit);
      assertEquals(child.pid(), exit.pid());
      assertTrue(exit.boottimeNs() > before && exit.boottimeNs() <= source.clock().boottimeNs());
      // The JVM may have reaped the process before. Older kernels don't keep its status then.
      assertTrue(exit.status() == 7 << 8 || exit.status() == -1 && !keepsStatus(), "" + exit);
      awaitAnotherExit();
      assertEquals(List.of(), List.copyOf(exits), "reported once");
    }
  }

  /** Whether a pidfd has the exit status of a reaped process: since Linux 6.15. */
  private static boolean keepsStatus() {
    String[] version = System.getProperty("os.version").split("[^0-9]+", 3);
    int major = Integer.parseInt(version[0]);
    return major > 6 || major == 6 && Integer.parseInt(version[1]) >= 15;
  }

  /**
   * Waits until the exit of some other process is reported to another listener. One thread reports
   * all exits, so it has reported every earlier one by then.
   */
  private void awaitAnotherExit() throws Exception {
    BlockingQueue<Exit> reported = new LinkedBlockingQueue<>();
    Process other = new ProcessBuilder("sleep", "60").start();
    try (ProcessRef ref = source.process((int) other.pid()).orElseThrow();
        Watch watch = kernel.onExit(ref, reported::add).orElseThrow()) {
      assertNotNull(watch);
      other.destroyForcibly().waitFor();
      assertNotNull(reported.poll(WAIT_S, TimeUnit.SECONDS));
    }
  }

  /** The zombie is not reaped, so its status is known on every kernel. */
  @Test
  void aZombieHasExited() throws Exception {
    List<String> python =
        List.of(
            "python3",
            "-c",
            "import os,time\npid=os.fork()\nif pid==0:\n time.sleep(.5)\n os._exit(3)\n"
                + "print(pid)\nprint('ready',flush=True)\ntime.sleep(60)");
    try (Program parent = Program.ready(python)) {
      int pid = Integer.parseInt(parent.lines().get(0));
      ProcessRef ref = source.process(pid).orElseThrow();
      try (Watch watch = kernel.onExit(ref, exits::add).orElseThrow()) {
        assertNotNull(watch);
        // The watch keeps a reference of its own to the process.
        ref.close();
        assertEquals(3 << 8, exits.poll(WAIT_S, TimeUnit.SECONDS).status());
      }
    }
  }

  @Test
  void theExitOfAVanishedProcessIsReportedAtOnce() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    try (ProcessRef ref = source.process((int) child.pid()).orElseThrow()) {
      child.destroyForcibly().waitFor();
      assertTrue(kernel.onExit(ref, exits::add).isPresent());
      assertEquals(child.pid(), exits.poll().pid());
    }
  }

  @Test
  void aClosedWatchIsNotCalled() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    Process other = new ProcessBuilder("sleep", "60").start();
    try (ProcessRef ref = source.process((int) child.pid()).orElseThrow();
        ProcessRef otherRef = source.process((int) other.pid()).orElseThrow()) {
      Watch closed = kernel.onExit(ref, exits::add).orElseThrow();
      assertTrue(kernel.onExit(otherRef, exits::add).isPresent());
      closed.close();
      closed.close();
      child.destroyForcibly().waitFor();
      other.destroyForcibly().waitFor();
      assertEquals(other.pid(), exits.poll(WAIT_S, TimeUnit.SECONDS).pid());
      assertTrue(exits.isEmpty());
    }
  }

  @Test
  void watchesLeaveNothingBehind() throws Exception {
    Process child = new ProcessBuilder("sleep", "60").start();
    try (ProcessRef ref = source.process((int) child.pid()).orElseThrow()) {
      kernel.onExit(ref, exits::add).orElseThrow().close();
      kernel.onProcesses(events::add).ifPresent(Watch::close);
      awaitNoThread();
      long before = openFiles();
      for (int i = 0; i < 100; i++) {
        kernel.onExit(ref, exits::add).orElseThrow().close();
        kernel.onProcesses(events::add).ifPresent(Watch::close);
      }
      awaitNoThread();
      assertEquals(before, openFiles(), 3);
      assertEquals(1, threads("kifs-exits"), "one thread for all watches");
      source.close();
      Await.until("its thread ends", () -> threads("kifs-exits") == 0);
    } finally {
      child.destroyForcibly().waitFor();
    }
  }

  @Test
  void aProcessHasNotExitedBeforeItsLastThread(@TempDir Path directory) throws Exception {
    Queue<ProcessEvent> seen = new ConcurrentLinkedQueue<>();
    Optional<Watch> watch =
        kernel.onProcesses(
            event -> {
              seen.add(event);
              events.add(event);
            });
    assumeTrue(watch.isPresent(), "the proc connector is not for us");
    try (Program program = Program.run("main-thread-ends")) {
      Process later = new ProcessBuilder("true").start();
      next(events, (int) later.pid(), Kind.EXIT);
      assertTrue(
          seen.stream().noneMatch(e -> e.pid() == program.pid() && e.kind() == Kind.EXIT),
          "its main thread has ended, the process has not");
      program.endInput();
      assertEquals(7 << 8, next(events, program.pid(), Kind.EXIT).status());
    }
    watch.get().close();
  }

  @Test
  void everyKindOfEventOfAProcess() throws Exception {
    Optional<Watch> watch = kernel.onProcesses(events::add);
    assumeTrue(watch.isPresent(), "the proc connector is not for us");
    BlockingQueue<ProcessEvent> second = new LinkedBlockingQueue<>();
    Watch other = kernel.onProcesses(second::add).orElseThrow();
    long before = source.clock().boottimeNs();
    Process child =
        new ProcessBuilder(
                "python3",
                "-c",
                "import threading; threading.Thread(target=int).start();"
                    + "open('/proc/self/comm','w').write('renamed'); raise SystemExit(5)")
            .start();
    int pid = (int) child.pid();
    child.waitFor();
    ProcessEvent fork = next(events, pid, Kind.FORK);
    assertTrue(fork.parent() > 0);
    next(events, pid, Kind.EXEC);
    next(events, pid, Kind.RENAMED);
    ProcessEvent exit = next(events, pid, Kind.EXIT);
    assertEquals(5 << 8, exit.status());
    assertTrue(exit.boottimeNs() >= before && exit.boottimeNs() <= source.clock().boottimeNs());
    next(second, pid, Kind.EXIT);
    watch.get().close();
    int later = (int) new ProcessBuilder("true").start().pid();
    // Both listeners get an event at the same time, so the closed one would have got this too.
    next(second, later, Kind.EXIT);
    assertTrue(events.stream().noneMatch(event -> event.pid() == later), "closed");
    other.close();
  }

  private static ProcessEvent next(BlockingQueue<ProcessEvent> from, int pid, Kind kind)
      throws InterruptedException {
    while (true) {
      ProcessEvent event = from.poll(WAIT_S, TimeUnit.SECONDS);
      assertNotNull(event, kind + " of " + pid);
      if (event.pid() == pid && event.kind() == kind) {
        return event;
      }
    }
  }

  private void awaitNoThread() {
    Await.until("the thread ends after the last watch", () -> threads("kifs-process") == 0);
  }

  private long threads(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(t -> t.getName().startsWith(name) && !others.contains(t))
        .count();
  }

  private static long openFiles() throws IOException {
    try (Stream<Path> fds = Files.list(Path.of("/proc/self/fd"))) {
      return fds.count();
    }
  }

  @Test
  void theReportedKindsAreThoseThatCanBeWatched() {
    boolean connected = kernel.onProcesses(events::add).map(this::closed).isPresent();
    assertEquals(connected, kernel.supportedKinds().contains(Kind.EXIT));
    assertEquals(connected, kernel.supportedKinds().contains(Kind.EXEC));
    assertTrue(connected || kernel.supportedKinds().isEmpty());
  }

  private Watch closed(Watch watch) {
    watch.close();
    return watch;
  }

  /**
   * There are two busy processes more than CPUs, so some of them always wait for a CPU, and every
   * window has a report. Without CAP_SYS_RESOURCE the kernel permits no window below two seconds.
   */
  @Test
  void pressureIsReportedInEachWindow() throws Exception {
    Path file = Path.of("/proc/pressure/cpu");
    assumeTrue(Files.isWritable(file), "no pressure files");
    BlockingQueue<Long> reported = new LinkedBlockingQueue<>();
    BlockingQueue<Long> second = new LinkedBlockingQueue<>();
    long windowNs = Capability.SYS_RESOURCE.isEffective() ? WINDOW_NS : 2 * WINDOW_NS;
    Optional<Watch> accepted = onPressure(reported);
    assumeTrue(accepted.isPresent(), "this kernel takes no triggers");
    List<Process> all = new ArrayList<>();
    try (Watch other = onPressure(second).orElseThrow()) {
      assertNotNull(other);
      for (int i = 0; i < Runtime.getRuntime().availableProcessors() + 2; i++) {
        all.add(new ProcessBuilder("python3", "-c", "while True: pass").start());
      }
      try (Watch watch = accepted.get()) {
        assertNotNull(watch);
        long before = takeReport(reported);
        for (int i = 0; i < 3; i++) {
          long next = takeReport(reported);
          assertTrue(next - before <= 2 * windowNs, "no report for " + (next - before) + " ns");
          before = next;
        }
      }
      reported.clear();
      second.clear();
      // The pressure goes on for at least a window, and the other watch reports it.
      takeReport(second);
      takeReport(second);
      assertEquals(List.of(), List.copyOf(reported), "closed");
    } finally {
      all.forEach(Process::destroyForcibly);
    }
  }

  /** Watches the pressure of the CPUs, and adds the time of each report. */
  private Optional<Watch> onPressure(BlockingQueue<Long> reported) {
    return kernel.onPressure(
        SystemRecord.CPU_SOME,
        WINDOW_NS / 10,
        WINDOW_NS,
        () -> reported.add(source.clock().boottimeNs()));
  }

  private static long takeReport(BlockingQueue<Long> reported) throws InterruptedException {
    Long boottimeNs = reported.poll(WAIT_S, TimeUnit.SECONDS);
    assertNotNull(boottimeNs, "no report");
    return boottimeNs;
  }

  @Test
  void aStallLongerThanItsWindowIsRefused() {
    assertTrue(
        kernel
            .onPressure(SystemRecord.CPU_SOME, 3_000_000_000L, 1_000_000_000L, () -> {})
            .isEmpty());
  }
}
