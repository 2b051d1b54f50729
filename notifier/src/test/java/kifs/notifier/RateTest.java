package kifs.notifier;

import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.TICK;
import static kifs.notifier.Rig.count;
import static kifs.notifier.Rig.events;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scopes;
import kifs.notifier.metric.Metric;
import kifs.notifier.metric.RecentRate;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CPU time, averaged over windows (docs/notify.md 5). */
class RateTest {
  private final Rig rig = new Rig();
  private final SimulatedProcess load = rig.kernel.spawn("load");

  RateTest() {
    // The process is old enough that its windows begin after its birth.
    rig.clock.advance(1000 * SECOND);
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private Subscription open(String path) {
    return rig.open(rig.process(load), path);
  }

  @Test
  void aboveIsReportedAsSoonAsItIsCertain() {
    load.cpu(100);
    Subscription above = open("cpu/above/50,over=10s");
    rig.run(5 * SECOND);
    assertEquals(0, count(above));
    rig.run(SECOND);
    List<String> values = events(above, "value");
    assertEquals(1, values.size());
    assertTrue(Double.parseDouble(values.get(0)) <= 60, "a lower bound: " + values);
    rig.run(60 * SECOND);
    assertEquals(0, count(above));
  }

  @Test
  void belowIsReportedWhenTheWindowIsFull() {
    Subscription below = open("cpu/below/50,over=10s");
    rig.run(9 * SECOND);
    assertEquals(0, count(below));
    rig.run(2 * SECOND);
    assertEquals(List.of("0"), events(below, "value"));
  }

  @Test
  void risesDoesNotReportALoadUnderWay() {
    load.cpu(100);
    Subscription rises = open("cpu/rises/50,over=1s");
    rig.run(10 * SECOND);
    assertEquals(0, count(rises));
    load.cpu(0);
    rig.run(2 * SECOND);
    load.cpu(100);
    rig.run(2 * SECOND);
    assertEquals(1, count(rises));
  }

  @Test
  void risesReportsALoadThatBeginsRightAfterTheSecondSample() {
    Subscription rises = open("cpu/rises/50,over=1s");
    rig.run(TICK);
    load.cpu(100);
    rig.run(2 * SECOND);
    assertEquals(1, count(rises));
  }

  @Test
  void fallsDoesNotReportIdlenessUnderWay() {
    Subscription falls = open("cpu/falls/50,over=1s");
    rig.run(3 * SECOND);
    assertEquals(0, count(falls));
    load.cpu(100);
    rig.run(3 * SECOND);
    load.cpu(0);
    rig.run(3 * SECOND);
    assertEquals(1, count(falls));
  }

  @Test
  void youngProcessUsedNothingBeforeItsBirth() {
    SimulatedProcess young = rig.kernel.spawn("young").cpu(100);
    rig.clock.advance(SECOND);
    Subscription below = rig.open(rig.process(young), "cpu/below/50,over=10s");
    assertEquals(List.of("10"), events(below, "value"));
    Subscription above = rig.open(rig.process(young), "cpu/above/50,over=10s");
    rig.run(3900 * MS);
    assertEquals(0, count(above));
    rig.run(2 * SECOND);
    assertEquals(1, count(above));
  }

  @Test
  void windowIsCompleteWhenItOutgrowsTheBirth() {
    // The first sample is 90 ms after the birth. So when the process is 1 s old, no sample
    // is a second old.
    SimulatedProcess young = rig.kernel.spawn("young").cpu(100);
    rig.clock.advance(90 * MS);
    Subscription falls = rig.open(rig.process(young), "cpu/below/50,over=1s");
    rig.run(910 * MS);
    count(falls);
    young.cpu(0);
    rig.run(700 * MS);
    assertEquals(1, count(falls));
  }

  @Test
  void lowerBoundEndsAnExcursionOfBelow() {
    SimulatedProcess young = rig.kernel.spawn("young");
    rig.clock.advance(800 * MS);
    young.cpu(100);
    rig.clock.advance(100 * MS);
    Subscription below = rig.open(rig.process(young), "cpu/below/25,over=1s");
    assertEquals(List.of("10"), events(below, "value"));
    // By now 400 ms of the last second were used, and samples have seen 300 of them. The
    // window is not full, but the lower bound is high enough.
    rig.run(300 * MS);
    young.cpu(0);
    rig.run(650 * MS);
    assertEquals(0, count(below));
    rig.run(200 * MS);
    assertEquals(1, count(below));
  }

  /**
   * The burst begins at each of many moments between two ticks, and ticks are late by varying
   * times.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 10})
  void burstAsLongAsTheWindowIsCaught(long seconds) {
    for (int begin = 0; begin < 100; begin += 7) {
      Subscription above = open("cpu/above/80,over=" + seconds + "s");
      rig.run(3 * seconds * SECOND + begin * seconds * MS);
      load.cpu(100);
      long end = rig.now() + seconds * SECOND;
      long next = rig.notifier.turn();
      int tick = begin;
      while (next <= end) {
        rig.clock.advanceTo(Math.min(end, next + tick++ % 4 * seconds * 10 * MS));
        next = rig.notifier.turn();
      }
      rig.clock.advanceTo(end);
      load.cpu(0);
      rig.run(2 * seconds * SECOND);
      assertEquals(1, count(above), "begun at " + begin);
      above.close();
    }
  }

  @Test
  void oneFullCpuIsNotMoreThan100Percent() {
    load.cpu(100);
    Subscription above = open("cpu/above/100,over=7s");
    Subscription below = open("cpu/below/100,over=7s");
    for (int i = 1; i < 300; i++) {
      rig.run(i * 999_983L);
    }
    assertEquals(0, count(above));
    assertEquals(0, count(below));
  }

  @Test
  void reusedPidHasItsOwnWindow() {
    load.cpu(100);
    Subscription each = rig.open(Scopes.eachProcess(), "cpu/above/50,over=1s");
    rig.run(3 * SECOND);
    assertEquals(1, count(each));
    load.exit(0);
    rig.kernel.spawn(load.pid(), "idle");
    rig.run(3 * SECOND);
    assertEquals(0, count(each));
    rig.kernel.simulated(load.pid()).cpu(100);
    rig.run(3 * SECOND);
    assertEquals(1, count(each));
  }

  @Test
  void reusedPidDoesNotInheritTheCounter() {
    load.cpu(100);
    rig.clock.advance(100 * SECOND);
    Subscription each = rig.open(Scopes.eachProcess(), "cpu/below/1,over=5s");
    load.cpu(0);
    rig.run(1 * SECOND);
    load.exit(0);
    rig.kernel.spawn(load.pid(), "busy").cpu(100);
    rig.run(200 * MS);
    // The new process used a whole CPU, but its window is young.
    List<String> values = events(each, "value");
    assertTrue(values.stream().allMatch(v -> Double.parseDouble(v) >= 0), values.toString());
    rig.run(20 * SECOND);
    assertEquals(0, count(each));
  }

  @Test
  void windowIsMeasuredByTheClock() {
    load.cpu(50);
    Subscription above = open("cpu/above/60,over=1s");
    Subscription below = open("cpu/below/40,over=1s");
    for (int i = 0; i < 50; i++) {
      rig.clock.advance((i * 37 % 10) * 100 * MS);
      rig.run(TICK);
    }
    assertEquals(0, count(above));
    assertEquals(0, count(below));
  }

  @Test
  void rateOfAThread() {
    load.spawnThread(5000, "worker").cpu(90);
    Subscription busy = rig.open(rig.thread(load, 5000), "cpu/above/80");
    Subscription idle = rig.open(rig.thread(load, load.pid()), "cpu/above/80");
    rig.run(2 * SECOND);
    assertEquals(List.of("5000"), events(busy, "tid"));
    assertEquals(0, count(idle));
  }

  @Test
  void rateOfTheHost() {
    rig.kernel.system().cpus(4);
    load.cpu(70, 30);
    Subscription above = rig.open(Scopes.system(), "cpu/above/90,over=2s");
    rig.run(5 * SECOND);
    assertEquals(1, count(above));
  }

  @Test
  void changesOfARateAreReported() {
    Subscription changes = open("cpu/changes/20,over=1s");
    rig.run(3 * SECOND);
    assertEquals(0, count(changes));
    load.cpu(50);
    rig.run(3 * SECOND);
    assertEquals(2, count(changes));
  }

  @Test
  void rateSinceTheLastSampleIsAvailable() {
    load.cpu(100);
    Subscription each = rig.open(Scopes.eachProcess(), "cpu/above/100");
    rig.run(3 * SECOND);
    load.cpu(0);
    rig.clock.advance(50 * MS);
    Record record = Record.allocate(ProcessRecord.TYPE);
    rig.kernel.process(load.pid()).orElseThrow().read(-1, record);
    Metric cpu = Rig.condition(Scopes.eachProcess(), "cpu/above/1").metric();
    RecentRate recent =
        rig.notifier.recent(cpu, EntityKind.PROCESS, load.pid(), 0, record).orElseThrow();
    assertTrue(recent.rate() >= 0 && recent.rate() < 100, recent::toString);
    assertTrue(recent.overNs() >= 50 * MS && recent.overNs() <= 200 * MS, recent::toString);
    each.close();
    assertEquals(
        Optional.empty(), rig.notifier.recent(cpu, EntityKind.PROCESS, load.pid(), 0, record));
  }

  /** The rate may be off by a rounding error of whole nanoseconds and of the arithmetic. */
  @Test
  void steadyLoadDoesNotChange() {
    load.cpu(13);
    Subscription any = open("cpu/changes/any");
    for (int i = 0; i < 100; i++) {
      rig.clock.advance(100 * MS + i % 7 * 1_234_567);
      rig.notifier.turn();
    }
    assertEquals(0, count(any));
  }

  @Test
  void sumOfUnknownRatesIsUnknown() {
    load.rssGrowth(10 << 20);
    Subscription below = rig.open(Scopes.allProcesses(), "rss.rate/below/1M");
    Subscription any = rig.open(Scopes.allProcesses(), "rss.rate/changes/any");
    rig.run(3 * SECOND);
    assertEquals(0, count(below));
    assertEquals(0, count(any));
    load.rssGrowth(0);
    rig.run(3 * SECOND);
    assertEquals(1, count(below));
  }

  /**
   * The rate is unknown for a while and then has the same value as before. For a waiter that came
   * meanwhile it is a change.
   */
  @Test
  void laterWaiterGetsTheChangeOfARateThatWasUnknown() {
    SimulatedProcess young = rig.kernel.spawn("young");
    rig.clock.advance(500 * MS);
    rig.open(rig.process(young), "rss.rate/changes/1M");
    rig.run(600 * MS);
    Subscription late = rig.open(rig.process(young), "rss.rate/changes/2M");
    rig.run(SECOND);
    young.rss(50 << 20);
    rig.run(2 * TICK);
    assertEquals(1, count(late));
  }

  /**
   * A pass omits an unchanged process, so its counter is known to be unchanged until the last
   * sample.
   */
  @Test
  void lastRateOfAnOmittedProcess() {
    load.cpu(0);
    rig.open(Scopes.eachProcess(), "cpu/above/50,over=200ms");
    rig.run(5 * SECOND);
    assertTrue(rig.source.omitted() > 0);
    load.cpu(100);
    rig.clock.advance(TICK / 2);
    Record record = Record.allocate(ProcessRecord.TYPE);
    rig.kernel.process(load.pid()).orElseThrow().read(-1, record);
    Metric cpu = Rig.condition(Scopes.eachProcess(), "cpu/above/1").metric();
    double rate =
        rig.notifier.recent(cpu, EntityKind.PROCESS, load.pid(), 0, record).orElseThrow().rate();
    assertTrue(rate > 30, "the load began half a tick ago: " + rate);
  }

  /** The last waiter of a figure closes while the figure is being sampled. */
  @Test
  void figureWhoseLastWaiterClosedDuringASampleLeavesNothing() {
    load.cpu(40).io(0, 2_000_000);
    rig.open(Scopes.eachProcess(), "fds/below/900");
    Subscription left = rig.open(Scopes.eachProcess(), "io.write/above/1M,over=1s");
    rig.run(5 * SECOND);
    rig.source.inPass =
        () -> {
          rig.source.inPass = () -> {};
          left.close();
        };
    rig.run(SECOND);
    Subscription above = rig.open(Scopes.eachProcess(), "cpu/above/50,over=1s");
    rig.run(2 * SECOND);
    assertEquals(0, count(above));
  }
}
