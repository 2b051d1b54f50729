package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** The sum over processes that begin, end and change, against docs/notify.md 6.3 read literally. */
@StatisticsReport(StatisticsReportMode.OFF)
class SumPropertyTest {
  private static final int PIDS = 6;
  private static final int MOST = 5;

  /**
   * The present processes, with a figure each. The sum is added up anew each time, as an oracle.
   */
  private static final class Crowd {
    private final RandomHistory history;
    private final TreeMap<Integer, SimulatedProcess> processes = new TreeMap<>();
    private final TreeMap<Integer, Integer> fds = new TreeMap<>();

    Crowd(RandomHistory history) {
      this.history = history;
    }

    void change() {
      Random random = history.random;
      int pid = 300 + random.nextInt(PIDS);
      int figure = random.nextInt(MOST + 1);
      if (!processes.containsKey(pid)) {
        processes.put(pid, history.rig.kernel.spawn(pid, "p").fds(figure));
        fds.put(pid, figure);
        history.note(pid + " begins with fds=" + figure);
      } else if (random.nextInt(3) == 0) {
        processes.remove(pid).exit(0);
        history.note(pid + " exits");
        fds.remove(pid);
      } else {
        processes.get(pid).fds(figure);
        history.note(pid + " has fds=" + figure);
        fds.put(pid, figure);
      }
    }

    long sum() {
      return fds.values().stream().mapToInt(each -> each).sum();
    }
  }

  @Property(tries = 1000)
  void levelsOfTheSum(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          Crowd crowd = new Crowd(history);
          for (int i = random.nextInt(PIDS); i > 0; i--) {
            crowd.change();
          }
          LevelQuestion question = LevelQuestion.random(random, 8, 4);
          Subscription subscription = history.on(Scopes.allProcesses(), question.path("fds"));
          List<LevelQuestion.Sample> samples = new ArrayList<>();
          List<Integer> reported = new ArrayList<>();
          history.runAtOddTimes(
              40,
              crowd::change,
              () -> {
                samples.add(new LevelQuestion.Sample(rig.now(), crowd.sum()));
                for (String value : history.events(subscription, "value")) {
                  assertEquals(Long.toString(crowd.sum()), value);
                  reported.add(samples.size() - 1);
                }
              });
          assertEquals(question.reports(samples), reported, () -> question + " of " + samples);
        });
  }

  @Property(tries = 500)
  void changesOfTheSum(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Crowd crowd = new Crowd(history);
          int step = random.nextInt(8);
          String by = step == 0 ? "any" : Integer.toString(step);
          Subscription subscription = history.on(Scopes.allProcesses(), "fds/changes/" + by);
          List<Long> samples = new ArrayList<>();
          List<Integer> reported = new ArrayList<>();
          history.runAtOddTimes(
              40,
              crowd::change,
              () -> {
                samples.add(crowd.sum());
                history.events(subscription).forEach(event -> reported.add(samples.size() - 1));
              });
          assertEquals(
              ChangesPropertyTest.reports(samples, step), reported, () -> by + " of " + samples);
        });
  }

  /**
   * The sum over the threads of a process, and the process's own figure, which is made of the same
   * threads.
   */
  @Property(tries = 300)
  void ratesOfThreadsAddUp(@ForAll long seed) {
    RandomHistory.play(
        seed,
        30,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          SimulatedProcess process = rig.kernel.spawn(50, "p");
          int threads = 1 + random.nextInt(5);
          long[] rates = new long[threads];
          for (int i = 0; i < threads; i++) {
            rates[i] = random.nextInt(200);
            int tid = 50 + i;
            (i == 0 ? process.thread() : process.spawnThread(tid, "t")).switches(rates[i], 0);
          }
          long sum = Arrays.stream(rates).sum();
          long level = random.nextInt(500);
          String path = "switches.voluntary/above/" + level + ",over=1s";
          Subscription all = history.on(rig.allThreads(process), path);
          Subscription own = history.on(rig.process(process), path);
          history.note("switches a second: " + Arrays.toString(rates));
          rig.run(3 * Rig.SECOND);
          // Counters are whole numbers, so a window may contain one event more or less of each
          // thread.
          int ofAll = history.events(all).size();
          int ofOwn = history.events(own).size();
          if (sum > level + threads) {
            assertEquals(1, ofAll, () -> sum + " above " + level);
            assertEquals(1, ofOwn, () -> sum + " above " + level);
          } else if (sum < level - threads) {
            assertEquals(0, ofAll, () -> sum + " not above " + level);
            assertEquals(0, ofOwn, () -> sum + " not above " + level);
          }
        });
  }
}
