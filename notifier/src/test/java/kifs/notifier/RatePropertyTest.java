package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Random loads on irregular ticks, against the exact average over every window. */
@StatisticsReport(StatisticsReportMode.OFF)
class RatePropertyTest {
  private static final long MS = Rig.MS;

  /** A load that is constant for a while and then changes; exact at every instant. */
  private static final class Load {
    private final TreeMap<Long, Integer> percents = new TreeMap<>();
    private final TreeMap<Long, Double> used = new TreeMap<>();

    void set(long atNs, int percent) {
      used.put(atNs, usedAt(atNs));
      percents.put(atNs, percent);
    }

    private double usedAt(long atNs) {
      Map.Entry<Long, Double> from = used.floorEntry(atNs);
      return from == null
          ? 0
          : from.getValue() + (double) percents.get(from.getKey()) * (atNs - from.getKey());
    }

    double average(long endNs, long windowNs) {
      return (usedAt(endNs) - usedAt(endNs - windowNs)) / windowNs;
    }

    /** The instants between which the average over a window is linear. */
    TreeSet<Long> corners(long windowNs, long fromNs, long toNs) {
      TreeSet<Long> corners = new TreeSet<>(List.of(fromNs, toNs));
      for (long at : percents.keySet()) {
        corners.add(at);
        corners.add(at + windowNs);
      }
      return new TreeSet<>(corners.subSet(fromNs, true, toNs, true));
    }
  }

  private record Question(boolean up, double level, long windowNs) {
    String path() {
      return "cpu/" + (up ? "above/" : "below/") + (int) level + ",over=" + windowNs / MS + "ms";
    }

    /** Whether the average exceeds the level by this share of it. */
    boolean exceeds(double average, double margin) {
      return up ? average > level * (1 + margin) : average < level * (1 - margin);
    }
  }

  private static final class Run {
    private final Load load = new Load();
    private final List<Long> reported = new ArrayList<>();
    private long openedNs;
    private long endNs;
    private long widestNs;
  }

  private static Run run(RandomHistory history, Question question) {
    Rig rig = history.rig;
    Random random = history.random;
    Run run = new Run();
    SimulatedProcess process = rig.kernel.spawn("load");
    run.load.set(rig.now(), 0);
    long window = question.windowNs;
    for (int i = random.nextInt(12); i > 0; i--) {
      change(history, run.load, process);
      rig.clock.advance(random.nextLong(window / 2));
    }
    run.openedNs = rig.now();
    Subscription subscription = history.on(rig.process(process), question.path());
    long due = history.turn();
    long last = rig.now();
    long changeNs = rig.now();
    while (rig.now() < run.openedNs + 8 * window) {
      // Ticks are up to a fifth late.
      long sampleNs = due + random.nextLong(window / 50);
      while (changeNs <= sampleNs) {
        rig.clock.advanceTo(changeNs);
        change(history, run.load, process);
        changeNs += 10 * MS + random.nextLong(random.nextBoolean() ? window : window / 10);
      }
      rig.clock.advanceTo(sampleNs);
      run.widestNs = Math.max(run.widestNs, rig.now() - last);
      last = rig.now();
      due = history.turn();
      history.events(subscription).forEach(event -> run.reported.add(rig.now()));
    }
    run.endNs = last;
    return run;
  }

  private static void change(RandomHistory history, Load load, SimulatedProcess process) {
    Random random = history.random;
    int percent = random.nextInt(3) == 0 ? random.nextInt(101) : random.nextInt(2) * 100;
    process.cpu(percent);
    load.set(history.rig.now(), percent);
    history.note("cpu " + percent + " %");
  }

  private static Question question(Random random) {
    long window = new long[] {1000, 2000, 5000, 10_000}[random.nextInt(4)] * MS;
    return new Question(random.nextBoolean(), 5 + random.nextInt(90), window);
  }

  @Property(tries = 1500)
  void neverReportedWhileTheAverageStaysATenthShort(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Question question = question(history.random);
          Run run = run(history, question);
          long from = run.openedNs;
          for (long reported : run.reported) {
            boolean near =
                run.load.corners(question.windowNs, from, reported).stream()
                    .anyMatch(
                        at -> question.exceeds(run.load.average(at, question.windowNs), -0.1));
            assertTrue(
                near, () -> question + " reported at " + (reported - run.openedNs) / MS + " ms");
            from = reported;
          }
        });
  }

  @Property(tries = 1500)
  void alwaysReportedIfTheAverageExceedsByATenthForLong(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Question question = question(history.random);
          Run run = run(history, question);
          long enough = question.windowNs / 10 + 2 * run.widestNs;
          // No window is complete before that.
          long completeNs = run.openedNs + question.windowNs + run.widestNs;
          long exceedsSince = -1;
          boolean mustReport = false;
          for (long at : run.load.corners(question.windowNs, completeNs, run.endNs)) {
            if (!question.exceeds(run.load.average(at, question.windowNs), 0.1)) {
              exceedsSince = -1;
            } else if (exceedsSince < 0) {
              exceedsSince = at;
            } else if (at - exceedsSince > enough) {
              long by = at;
              mustReport = true;
              assertTrue(
                  run.reported.stream().anyMatch(reported -> reported <= by),
                  () -> question + " not reported by " + (by - run.openedNs) / MS + " ms");
            }
          }
          RandomHistory.requireShare("must be reported", mustReport, 75);
        });
  }
}
