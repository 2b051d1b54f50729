package kifs.kernel.simulated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kifs.kernel.clock.VirtualClock;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ThreadRef;
import org.junit.jupiter.api.Test;

/** Every figure is exact, so tests can predict it. */
class SimulatedArithmeticTest {
  private static final long SECOND = 1_000_000_000L;
  private static final long MIB = 1L << 20;

  private final VirtualClock clock = new VirtualClock();
  private final SimulatedKernel kernel = new SimulatedKernel(clock);

  private long of(SimulatedProcess process, Field field) {
    Record record = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = kernel.process(process.pid()).orElseThrow()) {
      assertTrue(ref.read(field.bit(), record));
    }
    assertEquals(ProcessRecord.TYPE.allFields() & ~field.bit(), record.absent());
    return record.get(field);
  }

  private long of(SimulatedThread thread, int pid, Field field) {
    Record record = Record.allocate(ThreadRecord.TYPE);
    try (ProcessRef ref = kernel.process(pid).orElseThrow();
        ThreadRef threadRef = ref.thread(thread.tid()).orElseThrow()) {
      assertTrue(threadRef.read(field.bit(), record));
    }
    assertEquals(ThreadRecord.TYPE.allFields() & ~field.bit(), record.absent());
    return record.get(field);
  }

  private Record system() {
    Record system = Record.allocate(SystemRecord.TYPE);
    kernel.readSystem(SystemRecord.TYPE.allFields(), system);
    return system;
  }

  @Test
  void cpuOf30PercentOverOneSecondIs300Milliseconds() {
    SimulatedProcess p = kernel.spawn("java").cpu(30);
    clock.advance(SECOND);
    assertEquals(300_000_000, of(p, ProcessRecord.RUNTIME));
    assertEquals(300_000_000, of(p, ProcessRecord.UTIME));
    assertEquals(0, of(p, ProcessRecord.STIME));
  }

  @Test
  void cpuIsSplitIntoUserAndSystem() {
    SimulatedProcess p = kernel.spawn("java").cpu(20, 10.5);
    clock.advance(2 * SECOND);
    assertEquals(400_000_000, of(p, ProcessRecord.UTIME));
    assertEquals(210_000_000, of(p, ProcessRecord.STIME));
    assertEquals(610_000_000, of(p, ProcessRecord.RUNTIME));
  }

  @Test
  void aChangeOfRateKeepsTheValue() {
    SimulatedProcess p = kernel.spawn("java").cpu(30);
    clock.advance(SECOND);
    p.cpu(100);
    clock.advance(SECOND / 2);
    p.cpu(0);
    clock.advance(100 * SECOND);
    assertEquals(800_000_000, of(p, ProcessRecord.RUNTIME));
  }

  @Test
  void fractionsSurviveAnyNumberOfChanges() {
    SimulatedProcess p = kernel.spawn("reader").io(3, 0);
    for (int i = 0; i < 3_000; i++) {
      clock.advance(1_000_001);
      p.io(3, i);
    }
    assertEquals(3L * 3_000 * 1_000_001 / SECOND, of(p, ProcessRecord.READ));
  }

  @Test
  void fastRatesOverLongTimesDontOverflow() {
    long terabyte = 1L << 40;
    SimulatedProcess p = kernel.spawn("reader").io(terabyte, 0);
    clock.advance(86_400 * SECOND + 1);
    assertEquals(86_400 * terabyte + terabyte / SECOND, of(p, ProcessRecord.READ));
  }

  @Test
  void memoryGrowsAndThePeakRemains() {
    SimulatedProcess p = kernel.spawn("leak").rss(100 * MIB).rssGrowth(10 * MIB);
    clock.advance(5 * SECOND);
    assertEquals(150 * MIB, of(p, ProcessRecord.RSS));
    p.rss(20 * MIB).rssGrowth(0);
    clock.advance(SECOND);
    assertEquals(20 * MIB, of(p, ProcessRecord.RSS));
    assertEquals(20 * MIB, of(p, ProcessRecord.RSS_ANON));
    assertEquals(150 * MIB, of(p, ProcessRecord.RSS_PEAK));
  }

  @Test
  void aProcessSumsItsThreadsIncludingEndedOnes() {
    SimulatedProcess p = kernel.spawn("java").cpu(10);
    SimulatedThread worker = p.spawnThread("worker").cpu(50).faults(7, 3);
    clock.advance(SECOND);
    worker.exit();
    clock.advance(SECOND);
    assertEquals(200_000_000 + 500_000_000, of(p, ProcessRecord.RUNTIME));
    assertEquals(3, of(p, ProcessRecord.MAJOR_FAULTS));
    assertEquals(1, of(p, ProcessRecord.THREADS));
  }

  @Test
  void switchesAreThoseOfTheMainThreadAlone() {
    SimulatedProcess p = kernel.spawn("java").switches(10, 1);
    p.spawnThread("worker").switches(1000, 1000);
    clock.advance(SECOND);
    assertEquals(10, of(p, ProcessRecord.VOLUNTARY_SWITCHES));
    assertEquals(1, of(p, ProcessRecord.INVOLUNTARY_SWITCHES));
  }

  @Test
  void aBlockedThreadCountsNothingAndThenContinues() {
    SimulatedProcess p = kernel.spawn("java");
    SimulatedThread t = p.spawnThread("worker").cpu(50);
    clock.advance(SECOND);
    assertEquals(clock.boottimeNs(), of(t, p.pid(), ThreadRecord.LAST_RAN));
    assertEquals('R', of(t, p.pid(), ThreadRecord.STATE));

    long blocked = clock.boottimeNs();
    t.blockedOn(SimulatedWait.MUTEX, 0x7f00, p.pid());
    clock.advance(10 * SECOND);
    assertEquals('S', of(t, p.pid(), ThreadRecord.STATE));
    assertEquals(blocked, of(t, p.pid(), ThreadRecord.LAST_RAN));
    assertEquals(1, of(t, p.pid(), ThreadRecord.WAIT_KIND));
    assertEquals(0x7f00, of(t, p.pid(), ThreadRecord.WAIT_OBJECT));
    assertEquals(p.pid(), of(t, p.pid(), ThreadRecord.WAIT_OWNER));
    assertEquals(202, of(t, p.pid(), ThreadRecord.SYSCALL));
    assertEquals(500_000_000, of(t, p.pid(), ThreadRecord.RUNTIME));

    t.cpu(25).runs();
    clock.advance(SECOND);
    assertEquals(750_000_000, of(t, p.pid(), ThreadRecord.RUNTIME));
    assertEquals(0, of(t, p.pid(), ThreadRecord.WAIT_KIND));
    assertEquals(1, of(t, p.pid(), ThreadRecord.VOLUNTARY_SWITCHES));
  }

  @Test
  void aSleepingThreadRanWhenItLastUsedACpu() {
    SimulatedProcess p = kernel.spawn("java").cpu(1);
    clock.advance(SECOND);
    p.cpu(0);
    long slept = clock.boottimeNs();
    clock.advance(SECOND);
    assertEquals(slept, of(p.thread(), p.pid(), ThreadRecord.LAST_RAN));
  }

  @Test
  void aParentCountsTheTimesOfItsEndedChildren() {
    SimulatedProcess parent = kernel.spawn("make");
    SimulatedProcess child = kernel.spawn(0, parent.pid(), "cc").cpu(100, 20).faults(5, 0);
    clock.advance(SECOND);
    child.exit(0);
    assertEquals(SECOND, of(parent, ProcessRecord.CHILDREN_UTIME));
    assertEquals(SECOND / 5, of(parent, ProcessRecord.CHILDREN_STIME));
    assertEquals(5, of(parent, ProcessRecord.CHILDREN_MINOR_FAULTS));
  }

  @Test
  void theHostSumsAllProcessesIncludingEndedOnes() {
    kernel.system().cpus(2).memory(1000 * MIB).interrupts(100);
    SimulatedProcess p = kernel.spawn("a").cpu(50, 25).threads(3).rss(100 * MIB).fds(7);
    kernel.crowd(10, 1000, 2, "idle").rss(MIB).fds(1);
    kernel.spawn("disk").state('D');
    long idle = system().get(SystemRecord.TIMES.get(3));
    clock.advance(SECOND);
    Record system = system();
    assertEquals(SECOND / 2, system.get(SystemRecord.TIMES.get(0)));
    assertEquals(SECOND / 4, system.get(SystemRecord.TIMES.get(2)));
    assertEquals(2 * SECOND - 3 * SECOND / 4, system.get(SystemRecord.TIMES.get(3)) - idle);
    assertEquals(12, system.get(SystemRecord.PROCESSES));
    assertEquals(24, system.get(SystemRecord.THREADS));
    assertEquals(24, system.get(SystemRecord.FORKS));
    assertEquals(1, system.get(SystemRecord.RUNNABLE));
    assertEquals(1, system.get(SystemRecord.BLOCKED));
    assertEquals(17, system.get(SystemRecord.FILES_OPEN));
    assertEquals(890 * MIB, system.get(SystemRecord.MEMORY_AVAILABLE));
    assertEquals(100, system.get(SystemRecord.INTERRUPTS));
    p.exit(0);
    clock.advance(SECOND);
    assertEquals(SECOND / 2, system().get(SystemRecord.TIMES.get(0)));
    assertEquals(990 * MIB, system().get(SystemRecord.MEMORY_AVAILABLE));
  }

  @Test
  void pressureAddsUpTheStalledTime() {
    kernel.system().pressure(SystemRecord.MEMORY_SOME, 12.5);
    clock.advance(2 * SECOND);
    Record system = system();
    assertEquals(250_000_000, system.get(SystemRecord.MEMORY_SOME.total()));
    for (Field average : SystemRecord.MEMORY_SOME.averages()) {
      assertEquals(12.5, system.getDouble(average));
    }
    assertEquals(0, system.getDouble(SystemRecord.IO_SOME.averages().get(0)));
    assertTrue(system.has(SystemRecord.IO_SOME.total()));
  }
}
