package kifs.kernel.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.simulated.script.SimulationScript;
import kifs.kernel.source.KernelEvents.Exit;
import kifs.kernel.source.KernelEvents.ProcessEvent;
import kifs.kernel.source.KernelEvents.ProcessEvent.Kind;
import kifs.kernel.source.KernelEvents.Watch;
import kifs.kernel.source.ProcessRef;
import org.junit.jupiter.api.Test;

/** Listeners get each event once, in order, and without a lock. */
class SimulatedEventsTest {
  private final VirtualClock clock = new VirtualClock();
  private final SimulatedKernel kernel = new SimulatedKernel(clock);

  @Test
  void listenersAreNotifiedBeforeTheCallReturns() {
    List<ProcessEvent> events = new ArrayList<>();
    Watch watch = kernel.events().onProcesses(events::add).orElseThrow();
    long now = clock.boottimeNs();
    SimulatedProcess p = kernel.spawn(0, 77, "a");
    p.exec("b").rename("c");
    clock.advance(5);
    p.exit(256);
    kernel.crowd(10, 1000, 1, "c");
    assertEquals(
        List.of(
            new ProcessEvent(Kind.FORK, 100, 77, 0, now),
            new ProcessEvent(Kind.EXEC, 100, 0, 0, now),
            new ProcessEvent(Kind.RENAMED, 100, 0, 0, now),
            new ProcessEvent(Kind.EXIT, 100, 0, 256, now + 5),
            ProcessEvent.lost(Kind.FORK, 10, now + 5)),
        events);
    watch.close();
    watch.close();
    kernel.spawn("more");
    assertEquals(5, events.size());
  }

  @Test
  void anExitIsReportedOnceAndAtOnceToALateWatch() {
    List<Exit> exits = new ArrayList<>();
    SimulatedProcess p = kernel.spawn(10, "a");
    ProcessRef ref = kernel.process(10).orElseThrow();
    kernel.events().onExit(ref, exits::add).orElseThrow();
    kernel.events().onExit(ref, exit -> exits.add(null)).orElseThrow().close();
    p.exit(9);
    kernel.spawn(10, "again").exit(1);
    Exit exit = new Exit(10, 9, clock.boottimeNs());
    assertEquals(List.of(exit), exits);
    kernel.events().onExit(ref, exits::add).orElseThrow();
    assertEquals(List.of(exit, exit), exits);
  }

  @Test
  void theExitOfACrowdReachesWatchesOfItsMembers() {
    List<Exit> exits = new ArrayList<>();
    SimulatedProcess crowd = kernel.crowd(3, 100, 1, "c");
    kernel.events().onExit(kernel.process(100).orElseThrow(), exits::add).orElseThrow();
    kernel.events().onExit(kernel.process(101).orElseThrow(), exits::add).orElseThrow();
    kernel.simulated(101).exit(1);
    crowd.exit(2);
    long now = clock.boottimeNs();
    assertEquals(List.of(new Exit(101, 1, now), new Exit(100, 2, now)), exits);
  }

  @Test
  void aListenerMayReadAndChangeTheKernel() {
    List<Integer> counts = new ArrayList<>();
    kernel
        .events()
        .onProcesses(
            event -> {
              counts.add(kernel.pids().length);
              if (event.kind() == Kind.FORK && event.pid() < 103) {
                kernel.spawn("next");
              }
            })
        .orElseThrow();
    kernel.spawn("first");
    assertEquals(List.of(1, 2, 3, 4), counts);
  }

  /** Reads the kernel in another thread, and waits for it. */
  private static int countElsewhere(SimulatedKernel kernel) {
    return CompletableFuture.supplyAsync(() -> kernel.pids().length)
        .orTimeout(5, TimeUnit.SECONDS)
        .join();
  }

  @Test
  void listenersAreCalledWithoutTheKernelsLock() {
    List<Integer> counts = new ArrayList<>();
    kernel
        .events()
        .onProcesses(
            // If this thread held the lock, the other thread's read would not return.
            event -> counts.add(countElsewhere(kernel)))
        .orElseThrow();
    kernel.spawn("first");
    assertEquals(List.of(1), counts);
  }

  @Test
  void listenersOfAScriptWithManyEventsAreCalledWithoutTheLock() throws Exception {
    SimulationScript script =
        SimulationScript.parse("0s spawn 1 comm=a\n0s spawn 2 comm=b threads=3\n1s repeat");
    VirtualClock time = script.virtualClock();
    SimulatedKernel scripted = script.start(time);
    AtomicInteger received = new AtomicInteger();
    scripted
        .events()
        .onProcesses(
            event -> {
              countElsewhere(scripted);
              received.incrementAndGet();
            })
        .orElseThrow();
    time.advance(1_000_000_000);
    scripted.runTo(time.boottimeNs());
    assertEquals(2 * 3, received.get(), "an exit, a fork and an exec of both");
  }

  @Test
  void aClosedWatchGetsNoQueuedEvent() {
    List<Watch> later = new ArrayList<>();
    List<Integer> received = new ArrayList<>();
    kernel.events().onProcesses(event -> later.get(0).close()).orElseThrow();
    later.add(kernel.events().onProcesses(event -> received.add(event.pid())).orElseThrow());
    kernel.spawn("a");
    assertEquals(List.of(), received);
  }

  @Test
  void noStepHappensBeforeItsTime() throws Exception {
    SimulatedKernel scripted = SimulationScript.parse("5s spawn 1 comm=a").start(clock);
    scripted.runTo(clock.boottimeNs() + 60_000_000_000L);
    assertEquals(0, scripted.pids().length);
    clock.advance(5_000_000_000L);
    scripted.runTo(clock.boottimeNs() + 60_000_000_000L);
    assertEquals(1, scripted.pids().length);
  }

  @Test
  void eventsCanBeSwitchedOff() {
    kernel.spawn(10, "a");
    ProcessRef ref = kernel.process(10).orElseThrow();
    kernel.withoutEvents();
    assertTrue(kernel.events().onExit(ref, exit -> {}).isEmpty());
    assertTrue(kernel.events().onProcesses(event -> {}).isEmpty());
    kernel.withEvents(true, false);
    assertTrue(kernel.events().onExit(ref, exit -> {}).isPresent());
    assertTrue(kernel.events().onProcesses(event -> {}).isEmpty());
  }

  @Test
  void anOomKillIsReportedBeforeTheExit() {
    List<Kind> kinds = new ArrayList<>();
    SimulatedProcess p = kernel.spawn(10, "a");
    kernel.events().onProcesses(event -> kinds.add(event.kind())).orElseThrow();
    p.killForMemory();
    assertEquals(List.of(Kind.OOM, Kind.EXIT), kinds);
    Record system = Record.allocate(SystemRecord.TYPE);
    kernel.readSystem(SystemRecord.OOM_KILLS.bit(), system);
    assertEquals(1, system.get(SystemRecord.OOM_KILLS));
    assertTrue(kernel.events().supportedKinds().contains(Kind.OOM));
    assertTrue(kernel.withoutEvents().events().supportedKinds().isEmpty());
  }

  @Test
  void pressureIsReportedFromItsThreshold() {
    List<Integer> received = new ArrayList<>();
    Watch watch =
        kernel
            .events()
            .onPressure(SystemRecord.IO_SOME, 200_000_000, 1_000_000_000, () -> received.add(1))
            .orElseThrow();
    kernel.system().pressure(SystemRecord.IO_SOME, 19).pressure(SystemRecord.CPU_SOME, 90);
    assertEquals(0, received.size());
    kernel.system().pressure(SystemRecord.IO_SOME, 20);
    assertEquals(1, received.size());
    watch.close();
    kernel.system().pressure(SystemRecord.IO_SOME, 90);
    assertEquals(1, received.size());
  }
}
