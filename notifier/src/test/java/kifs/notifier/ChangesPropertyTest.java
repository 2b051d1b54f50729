package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Changes of random figures, against docs/notify.md 4 read literally. */
@StatisticsReport(StatisticsReportMode.OFF)
class ChangesPropertyTest {
  private static final String STATES = "RSDTZI";

  /** A waiter that came before the sample of that number. */
  private record Waiter(
      Subscription subscription, int step, int firstSample, List<Integer> reported) {}

  /**
   * The indexes of the samples that differ by at least the step from the last one that did, or from
   * the first one.
   *
   * @param step 0: any difference
   */
  static List<Integer> reports(List<Long> samples, int step) {
    List<Integer> reports = new ArrayList<>();
    for (int i = 1; i < samples.size(); i++) {
      long since = samples.get(reports.isEmpty() ? 0 : reports.get(reports.size() - 1));
      if (Math.abs(samples.get(i) - since) >= Math.max(1, step)) {
        reports.add(i);
      }
    }
    return reports;
  }

  /** Waiters for the same and for other steps. Each counts from its own opening. */
  @Property(tries = 1000)
  void reportsWhereTheSpecificationSaysSo(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          long[] fds = {random.nextInt(11)};
          SimulatedProcess process = rig.kernel.spawn("series").fds(fds[0]);
          List<Long> samples = new ArrayList<>();
          List<Waiter> waiters = new ArrayList<>();
          Runnable come =
              () -> {
                int step = random.nextInt(4);
                String path = "fds/changes/" + (step == 0 ? "any" : Integer.toString(step));
                Subscription made = history.on(rig.process(process), path);
                waiters.add(new Waiter(made, step, samples.size(), new ArrayList<>()));
              };
          come.run();
          history.runAtOddTimes(
              60,
              () -> {
                process.fds(fds[0] = random.nextInt(11));
                history.note("fds=" + fds[0]);
              },
              () -> {
                samples.add(fds[0]);
                for (Waiter waiter : waiters) {
                  int index = samples.size() - 1 - waiter.firstSample;
                  history.events(waiter.subscription).forEach(event -> waiter.reported.add(index));
                }
                if (random.nextInt(10) == 0) {
                  come.run();
                  // The waiter's first sample is taken before anything else happens.
                  history.turn();
                  samples.add(fds[0]);
                }
              });
          for (Waiter waiter : waiters) {
            List<Long> own = samples.subList(waiter.firstSample, samples.size());
            assertEquals(
                reports(own, waiter.step), waiter.reported, () -> waiter.step + " of " + own);
          }
        });
  }

  /**
   * Changes of each process. A new process begins anew, also if it has the id of an earlier one.
   */
  @Property(tries = 500)
  void changesOfEachProcess(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          TreeMap<Integer, SimulatedProcess> lives = new TreeMap<>();
          Map<SimulatedProcess, Long> fds = new HashMap<>();
          Map<SimulatedProcess, Long> since = new HashMap<>();
          int step = 1 + random.nextInt(4);
          Subscription each = history.on(Scopes.eachProcess(), "fds/changes/" + step);
          history.runAtOddTimes(
              40,
              () -> {
                int pid = 300 + random.nextInt(4);
                SimulatedProcess life = lives.get(pid);
                if (life != null && random.nextInt(4) == 0) {
                  life.exit(0);
                  history.note(pid + " exits");
                  lives.remove(pid);
                  return;
                }
                life = life == null ? rig.kernel.spawn(pid, "p") : life;
                lives.put(pid, life);
                fds.put(life, (long) random.nextInt(11));
                life.fds(fds.get(life));
                history.note(pid + " has fds=" + fds.get(life));
              },
              () -> {
                List<String> expected = new ArrayList<>();
                for (SimulatedProcess life : lives.values()) {
                  long value = fds.get(life);
                  if (Math.abs(value - since.computeIfAbsent(life, fds::get)) >= step) {
                    expected.add(life.pid() + "=" + value);
                    since.put(life, value);
                  }
                }
                List<String> reported =
                    history.events(each).stream()
                        .map(e -> e.get("pid") + "=" + e.get("value"))
                        .toList();
                assertEquals(expected, reported);
              });
        });
  }

  /** States: {@code changes/any}, and {@code occurs} with and without {@code for=}. */
  @Property(tries = 1000)
  void changesOfStates(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          char[] state = {letter(random)};
          SimulatedProcess process = rig.kernel.spawn("series").state(state[0]);
          char wanted = letter(random);
          long holdMs = random.nextInt(2) * random.nextInt(700);
          String occurs = "state/occurs/" + wanted + (holdMs == 0 ? "" : ",for=" + holdMs + "ms");
          Subscription changes = history.on(rig.process(process), "state/changes/any");
          Subscription is = history.on(rig.process(process), occurs);
          List<Long> letters = new ArrayList<>();
          List<LevelQuestion.Sample> samples = new ArrayList<>();
          List<Integer> reportedChanges = new ArrayList<>();
          List<Integer> reportedStates = new ArrayList<>();
          history.runAtOddTimes(
              40,
              () -> {
                process.state(state[0] = letter(random));
                history.note("state " + state[0]);
              },
              () -> {
                letters.add((long) state[0]);
                samples.add(new LevelQuestion.Sample(rig.now(), state[0] == wanted ? 1 : 0));
                for (Map<String, String> event : history.events(changes)) {
                  assertEquals(Character.toString(state[0]), event.get("value"));
                  reportedChanges.add(samples.size() - 1);
                }
                history.events(is).forEach(event -> reportedStates.add(samples.size() - 1));
              });
          assertEquals(reports(letters, 1), reportedChanges, letters::toString);
          // Whether the state is the letter is a level, which is exceeded or not.
          LevelQuestion question = new LevelQuestion(true, true, 0, 0, holdMs * Rig.MS);
          assertEquals(question.reports(samples), reportedStates, () -> occurs + " of " + letters);
        });
  }

  private static char letter(Random random) {
    return STATES.charAt(random.nextInt(STATES.length()));
  }
}
