package kifs.notifier;

import static kifs.notifier.Rig.MIB;
import static kifs.notifier.Rig.MS;
import static kifs.notifier.Rig.SECOND;
import static kifs.notifier.Rig.count;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;
import org.junit.jupiter.api.Test;

/**
 * Spikes of memory between two samples, which the kernel's high-water mark shows (docs/notify.md
 * 3.6).
 */
@StatisticsReport(StatisticsReportMode.OFF)
class PeakTest {
  @Test
  void spikeBetweenTwoSamplesIsReported() {
    try (Rig rig = new Rig()) {
      SimulatedProcess p = rig.kernel.spawn("p").rss(10 * MIB);
      Subscription above = rig.open(rig.process(p), "rss/above/100M");
      Subscription share = rig.open(rig.process(p), "rss/above/1%");
      Subscription held = rig.open(rig.process(p), "rss/above/100M,for=1s");
      rig.run(SECOND);
      rig.clock.advance(MS);
      p.rss(300 * MIB);
      rig.clock.advance(MS);
      p.rss(10 * MIB);
      rig.run(SECOND);
      assertEquals(List.of(Long.toString(300 * MIB)), Rig.events(above, "value"));
      assertEquals(List.of(Long.toString(300 * MIB)), Rig.events(share, "amount"));
      assertEquals(0, count(held), "a peak does not hold");
      rig.run(SECOND);
      assertEquals(0, count(above), "once");
    }
  }

  @Test
  void peakBeforeTheOpeningDoesNotCount() {
    try (Rig rig = new Rig()) {
      SimulatedProcess p = rig.kernel.spawn("p").rss(300 * MIB);
      p.rss(10 * MIB);
      rig.clock.advance(MS);
      Subscription above = rig.open(rig.process(p), "rss/above/100M");
      Subscription rises = rig.open(Scopes.eachProcess(), "rss/rises/100M");
      rig.run(SECOND);
      assertEquals(0, count(above) + count(rises));
      Subscription each = rig.open(Scopes.eachProcess(), "rss/rises/100M");
      rig.clock.advance(MS);
      SimulatedProcess young = rig.kernel.spawn("young").rss(200 * MIB);
      young.rss(MIB);
      rig.run(SECOND);
      assertEquals(1, count(each), "a process that began after the opening");
    }
  }

  /** Every new peak is reported, however short, and nothing is reported that did not happen. */
  @Property(tries = 500)
  void everyNewPeakIsReported(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          SimulatedProcess p = rig.kernel.spawn("p").rss(1);
          Subscription above = history.on(rig.process(p), "rss/above/100");
          history.turn();
          List<Long> expected = new ArrayList<>();
          List<Long> values = new ArrayList<>();
          long record = 1;
          boolean reported = false;
          for (int turn = 0; turn < 40; turn++) {
            long top = 1;
            long last = 1;
            for (int step = random.nextInt(4); step >= 0; step--) {
              rig.clock.advance(1 + random.nextInt(20) * MS);
              last = 1 + random.nextInt(50 + turn * 10);
              top = Math.max(top, last);
              p.rss(last);
              history.note("rss=" + last);
            }
            rig.run(Rig.TICK);
            history.events(above, "value").forEach(value -> values.add(Long.parseLong(value)));
            boolean spike = top > record && top > 100 && last <= 100;
            // An excursion that is under way was reported already, whatever it grows to.
            if ((spike || last > 100) && !reported) {
              expected.add(spike ? top : last);
            }
            reported = last > 100;
            record = Math.max(record, top);
          }
          assertEquals(expected, values);
        });
  }
}
