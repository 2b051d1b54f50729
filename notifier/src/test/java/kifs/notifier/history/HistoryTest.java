package kifs.notifier.history;

import static kifs.testing.SimulatedRig.MIB;
import static kifs.testing.SimulatedRig.MS;
import static kifs.testing.SimulatedRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.Notifier;
import kifs.notifier.NotifierOptions;
import kifs.notifier.Rig;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import kifs.testing.SimulatedRig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The history of a simulated kernel on a virtual clock. */
class HistoryTest {
  private static final int READY = 1_700;

  private final SimulatedRig rig = new SimulatedRig();
  private final History history = new History(rig.kernel, SECOND);
  private final Notifier notifier =
      Notifier.manual(history.over(), rig.pool, Rig::name, NotifierOptions.DEFAULT, history);
  private final Random random = new Random(1);

  @AfterEach
  void close() {
    notifier.close();
    rig.close();
  }

  /** Lets time pass, with each turn when it is due. */
  private void pass(long ns) {
    long end = rig.now() + ns;
    for (long due = notifier.turn(); due <= end; due = notifier.turn()) {
      rig.clock.advanceTo(due);
    }
    rig.clock.advanceTo(end);
  }

  /** Lets seconds pass in which a process uses between 3 and 12 percent of a CPU. */
  private void live(SimulatedProcess process, int seconds) {
    for (int i = 0; i < seconds; i++) {
      process.cpu(3 + 9 * random.nextDouble());
      pass(SECOND);
    }
  }

  private long bornNs(SimulatedProcess process) {
    Record record = Record.allocate(ProcessRecord.TYPE);
    try (ProcessRef ref = rig.kernel.process(process.pid()).orElseThrow()) {
      assertTrue(ref.read(ProcessRecord.START.bit(), record));
    }
    return record.get(ProcessRecord.START);
  }

  private double score(SimulatedProcess process) {
    return history.oddity(process.pid(), 0, false).map(Oddity::score).orElse(0.0);
  }

  @Test
  void aRunawayLoopIsUnusual() {
    SimulatedProcess process = rig.kernel.spawn("busy").rss(50 * MIB);
    live(process, READY);
    assertTrue(score(process) < 6, "usual: " + score(process));
    process.cpu(97);
    pass(10 * SECOND);
    History.Unusual worst = history.worst(EntityKind.PROCESS, 10, 6, pid -> true).get(0);
    assertEquals(process.pid(), worst.pid());
    assertEquals("cpu", worst.oddity().metric().name());
    assertTrue(worst.oddity().explanation().now() > 60, worst.toString());
    assertTrue(worst.oddity().explanation().usualHigh() < 13, worst.toString());
    assertTrue(worst.oddity().explanation().usualLow() > 2, worst.toString());
    assertEquals(process.pid(), history.worst(EntityKind.THREAD, 10, 6, pid -> true).get(0).pid());
  }

  @Test
  void aLeakOfOneMegabyteASecondIsToldWithinTenSeconds() throws Exception {
    SimulatedProcess process = rig.kernel.spawn("leaky").rss(50 * MIB);
    live(process, READY);
    Subscription told = on(Scopes.eachProcess(), "unusual/above/6");
    pass(20 * SECOND);
    assertEquals(List.of(), events(told));
    process.rssGrowth(MIB);
    pass(10 * SECOND);
    List<Map<String, String>> events = events(told);
    assertEquals(1, events.size(), events::toString);
    assertEquals("rss.rate", events.get(0).get("of"));
    assertEquals("unusual", events.get(0).get("metric"));
    assertEquals("bytes/s", events.get(0).get("ofunit"));
    assertEquals("leaky", events.get(0).get("comm"));
    assertTrue(Double.parseDouble(events.get(0).get("now")) > MIB / 4, events::toString);
    told.close();
  }

  @Test
  void anIdleThreadThatBeginsToRunIsUnusual() throws Exception {
    SimulatedProcess process = rig.kernel.spawn("idle").threads(4).rss(50 * MIB);
    int tid = process.spawnThread("worker-1").tid();
    pass(READY * SECOND);
    Subscription one =
        on(
            Scopes.thread(
                rig.kernel.process(process.pid()).orElseThrow(),
                rig.kernel.process(process.pid()).orElseThrow().thread(tid).orElseThrow()),
            "unusual/above/6");
    Subscription each =
        on(Scopes.eachThread(rig.kernel.process(process.pid()).orElseThrow()), "unusual/above/6");
    process.thread(tid).cpu(90);
    pass(10 * SECOND);
    for (Subscription subscription : List.of(one, each)) {
      List<Map<String, String>> events = events(subscription);
      assertEquals(1, events.size(), events::toString);
      assertEquals(Integer.toString(tid), events.get(0).get("tid"));
      assertEquals("worker-1", events.get(0).get("comm"));
      assertEquals("cpu", events.get(0).get("of"));
      subscription.close();
    }
  }

  @Test
  void theDaemonIsStoppedForHalfAMinute() {
    SimulatedProcess process = rig.kernel.spawn("busy").rss(50 * MIB);
    live(process, READY);
    double before = score(process);
    for (int i = 0; i < 30; i++) {
      process.cpu(3 + 9 * random.nextDouble());
      rig.clock.advance(SECOND);
    }
    live(process, 30);
    assertTrue(score(process) < Math.max(6, before + 1), "score " + score(process));
  }

  @Test
  void conditionsAndTheHistoryShareTheirPasses() throws Exception {
    rig.kernel.spawn("busy").cpu(10);
    pass(1_300 * MS);
    Subscription waiting = on(Scopes.eachProcess(), "cpu/above/90,over=10s");
    pass(5 * SECOND);
    long samples = history.status().samples();
    long passes = rig.kernel.passes();
    pass(20 * SECOND);
    assertEquals(20, history.status().samples() - samples, 1);
    assertEquals(20, rig.kernel.passes() - passes, 1);
    waiting.close();
  }

  @Test
  void anEntityIsNotMissedByAFilteredPass() throws Exception {
    SimulatedProcess idle = rig.kernel.spawn("idle").rss(50 * MIB);
    Subscription waiting = on(Scopes.eachProcess(), "rss/above/1G");
    pass(20 * SECOND);
    assertEquals(2, history.status().entities());
    assertTrue(history.samples(idle.pid(), 0, bornNs(idle), m -> true).isPresent());
    waiting.close();
  }

  @Test
  void aReusedPidBeginsAnew() {
    SimulatedProcess process = rig.kernel.spawn(77, "busy").executable("/bin/busy").rss(50 * MIB);
    live(process, READY);
    process.exit(0);
    rig.clock.advance(100 * MS);
    SimulatedProcess other = rig.kernel.spawn(77, "other").executable("/bin/other").cpu(99);
    pass(20 * SECOND);
    assertEquals(0, score(other), 0.001);
  }

  @Test
  void aNewProcessBeginsWithWhatIsUsualForItsProgramAndUser() {
    for (int i = 0; i < 3; i++) {
      SimulatedProcess worker = rig.kernel.spawn("work").executable("/bin/work").rss(50 * MIB);
      live(worker, 700);
      worker.exit(0);
    }
    SimulatedProcess next = rig.kernel.spawn("work").executable("/bin/work").rss(50 * MIB);
    SimulatedProcess stranger =
        rig.kernel.spawn("work").executable("/bin/work").uid(7).rss(50 * MIB);
    live(next, 20);
    assertTrue(score(next) < 6, "usual: " + score(next));
    next.cpu(97);
    stranger.cpu(97);
    pass(10 * SECOND);
    assertTrue(score(next) >= 6, "inherited: " + score(next));
    assertEquals(0, score(stranger), 0.001);
  }

  @Test
  void aProcessThatExecutesAnotherProgramBeginsAnew() {
    SimulatedProcess process = rig.kernel.spawn("sh").executable("/bin/sh").rss(50 * MIB);
    live(process, READY);
    process.exec("cc").executable("/bin/cc");
    process.cpu(97);
    pass(20 * SECOND);
    assertEquals(0, score(process), 0.001);
  }

  @Test
  void samplesAreKeptForAMinuteAnHourAndADay() {
    SimulatedProcess process = rig.kernel.spawn("busy").rss(50 * MIB).cpu(10);
    pass(3 * 3600 * SECOND);
    process.cpu(50);
    pass(30 * SECOND);
    KeptSamples kept =
        history.samples(process.pid(), 0, bornNs(process), HistoryMetric::isOpen).orElseThrow();
    assertEquals("cpu", kept.metrics().get(0).metric().name());
    assertFalse(kept.metrics().stream().anyMatch(each -> !each.isOpen()));
    List<Double> lengths = new ArrayList<>();
    long untilNs = 0;
    for (KeptSamples.Row row : kept.rows()) {
      assertTrue(row.endNs() > untilNs, "in order");
      untilNs = row.endNs();
      lengths.add(row.lengthNs() / 1e9);
    }
    assertEquals(60, lengths.stream().filter(each -> each == 1).count());
    assertTrue(lengths.stream().filter(each -> each == 60).count() >= 58, lengths::toString);
    assertTrue(lengths.stream().filter(each -> each == 900).count() >= 7, lengths::toString);
    assertEquals(50, kept.rows().get(kept.rows().size() - 1).values()[0], 0.2);
    assertEquals(10, kept.rows().get(1).values()[0], 0.1);
    assertEquals(50 * MIB, kept.rows().get(1).values()[1], 0.2 * MIB);
  }

  @Test
  void anHourOfAThousandProcesses() {
    List<SimulatedProcess> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(rig.kernel.spawn("p" + i).executable("/bin/p").rss(20 * MIB));
    }
    for (int second = 0; second < 3_600; second++) {
      for (int i = second % 20; i < all.size(); i += 20) {
        all.get(i).cpu(10 * random.nextDouble());
      }
      pass(SECOND);
    }
    assertEquals(List.of(), history.worst(EntityKind.PROCESS, 10, 6, pid -> true));
    all.get(17).cpu(100);
    pass(10 * SECOND);
    List<History.Unusual> worst = history.worst(EntityKind.PROCESS, 10, 6, pid -> true);
    assertEquals(1, worst.size(), worst::toString);
    assertEquals(all.get(17).pid(), worst.get(0).pid());
  }

  @Test
  void churnTakesNoMemory() {
    rig.kernel.spawn("stays").cpu(10).rss(20 * MIB);
    int used = 0;
    for (int round = 0; round < 400; round++) {
      List<SimulatedProcess> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(
            rig.kernel.spawn("w").executable("/bin/w" + i % 4).rss(20 * MIB).cpu(50).io(MIB, MIB));
      }
      pass(3 * SECOND);
      all.forEach(each -> each.exit(0));
      pass(SECOND);
      if (round == 20) {
        used = history.status().series();
      }
    }
    assertEquals(used, history.status().series());
    assertEquals(2, history.status().entities());
    assertEquals(0, history.status().refusedSeries());
  }

  private Subscription on(Scope scope, String path) throws Exception {
    return notifier.subscribe(scope, Rig.condition(scope, path), 0);
  }

  private static List<Map<String, String>> events(Subscription subscription) {
    return Rig.events(subscription);
  }
}
