package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Random levels on irregular ticks, against docs/notify.md 3 read literally. */
@StatisticsReport(StatisticsReportMode.OFF)
class GaugePropertyTest {
  @Property(tries = 1500)
  void reportsWhereTheSpecificationSaysSo(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          long[] fds = {random.nextInt(11)};
          SimulatedProcess process = rig.kernel.spawn("series").fds(fds[0]);
          LevelQuestion question = LevelQuestion.random(random, 5, 2);
          Subscription subscription = history.on(rig.process(process), question.path("fds"));
          List<LevelQuestion.Sample> samples = new ArrayList<>();
          List<Integer> reported = new ArrayList<>();
          history.runAtOddTimes(
              40,
              () -> {
                process.fds(fds[0] = random.nextInt(11));
                history.note("fds=" + fds[0]);
              },
              () -> {
                samples.add(new LevelQuestion.Sample(rig.now(), fds[0]));
                history.events(subscription).forEach(event -> reported.add(samples.size() - 1));
              });
          assertEquals(question.reports(samples), reported, () -> question + " of " + samples);
        });
  }
}
