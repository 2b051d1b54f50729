package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * Changes of rates, sampled at irregular times, against docs/notify.md 4.1 and 4.3 read literally.
 * A change is measured from the first rate that is known, which is the one of the first full window
 * (5.2).
 */
@StatisticsReport(StatisticsReportMode.OFF)
class RateChangesPropertyTest {
  private static final long SECOND = Rig.SECOND;
  private static final int PIDS = 3;

  /** Events show thousandths. Values that differ by less are equal. */
  private static final double SHOWN = 0.001;

  /** The condition: by how much a rate must have changed, and since which value. */
  static final class Change {
    private final double step;
    private double since = Double.NaN;
    private String shown = "";

    /**
     * @param step the least change; 0: any change that an event can show
     */
    Change(double step) {
      this.step = step;
    }

    static Change random(Random random, int max) {
      return new Change(random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(max));
    }

    String path(WindowedLoad.Figure figure, long windowNs) {
      String by = step == 0 ? "any" : Integer.toString((int) step);
      return figure.metric() + "/changes/" + by + ",over=" + windowNs / Rig.MS + "ms";
    }

    /**
     * Compares the events of one sample with the expected ones.
     *
     * @param rate NaN: not known
     * @param slack by how much the rate may be off
     */
    void check(List<Map<String, String>> reported, double rate, double slack) {
      if (Double.isNaN(since) || Double.isNaN(rate)) {
        assertEquals(List.of(), reported, "the first known rate is the base");
        since = Double.isNaN(rate) ? since : rate;
        return;
      }
      double by = Math.abs(rate - since);
      String what = since + " to " + rate + " by " + step;
      double least = Math.max(step, SHOWN);
      if (by > least + 2 * slack) {
        assertEquals(1, reported.size(), what);
      } else if (by < least - 2 * slack) {
        assertEquals(0, reported.size(), what);
      }
      for (Map<String, String> event : reported) {
        String value = event.get("value");
        assertEquals(rate, Double.parseDouble(value), slack + SHOWN, what);
        assertNotEquals(shown, value, "a change smaller than an event can show");
        shown = value;
        since = rate;
      }
    }
  }

  private static final class Waiter {
    private final Subscription subscription;
    private final Change change;

    Waiter(RandomHistory history, Scope scope, WindowedLoad.Figure figure, long windowNs) {
      change = Change.random(history.random, figure.max() / 2);
      subscription = history.on(scope, change.path(figure, windowNs));
    }
  }

  static long window(Random random) {
    return new long[] {1, 2, 5}[random.nextInt(3)] * SECOND;
  }

  /** Waiters for the same and for other steps. Each counts from its own opening. */
  @Property(tries = 1000)
  void changesOfOneProcess(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          WindowedLoad.Figure figure = WindowedLoad.Figure.random(random);
          long window = window(random);
          SimulatedProcess process = rig.kernel.spawn("load");
          WindowedLoad load = new WindowedLoad(history, figure, process);
          load.change();
          int calm = 1 + random.nextInt(40);
          rig.clock.advance(random.nextLong((1 + random.nextInt(2)) * window));
          List<Waiter> waiters = new ArrayList<>();
          waiters.add(new Waiter(history, rig.process(process), figure, window));
          history.runAtOddTimes(
              60,
              () -> {
                if (random.nextInt(calm) == 0) {
                  load.change();
                }
              },
              () -> {
                load.sample();
                double slack = WindowedLoad.slack(figure, window, 1);
                for (Waiter waiter : waiters) {
                  waiter.change.check(
                      history.events(waiter.subscription), load.rate(window), slack);
                }
                if (random.nextInt(10) == 0) {
                  waiters.add(new Waiter(history, rig.process(process), figure, window));
                }
                if (waiters.size() > 1 && random.nextInt(10) == 0) {
                  history.close(waiters.remove(1).subscription);
                }
              });
        });
  }

  /** A new process begins anew, also if it has the id of an earlier one. */
  @Property(tries = 1000)
  void changesOfEachProcess(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          WindowedLoad.Figure figure = WindowedLoad.Figure.random(random);
          long window = window(random);
          TreeMap<Integer, WindowedLoad> loads = new TreeMap<>();
          Map<WindowedLoad, Change> changes = new HashMap<>();
          double step = Change.random(random, figure.max() / 2).step;
          Subscription each =
              history.on(Scopes.eachProcess(), new Change(step).path(figure, window));
          history.runAtOddTimes(
              50,
              () -> live(history, figure, PIDS, loads),
              () -> {
                List<Map<String, String>> reported = history.events(each);
                loads.forEach(
                    (pid, load) -> {
                      load.sample();
                      Change change = changes.computeIfAbsent(load, l -> new Change(step));
                      List<Map<String, String>> own =
                          reported.stream()
                              .filter(e -> e.get("pid").equals(pid.toString()))
                              .toList();
                      change.check(own, load.rate(window), WindowedLoad.slack(figure, window, 1));
                    });
                assertTrue(
                    reported.stream()
                        .allMatch(e -> loads.containsKey(Integer.parseInt(e.get("pid")))),
                    "an event of a process that does not exist");
              });
        });
  }

  /** A process begins, ends or changes. */
  static void live(
      RandomHistory history,
      WindowedLoad.Figure figure,
      int pids,
      TreeMap<Integer, WindowedLoad> loads) {
    Rig rig = history.rig;
    Random random = history.random;
    int pid = 300 + random.nextInt(pids);
    WindowedLoad load = loads.get(pid);
    if (load == null) {
      load = new WindowedLoad(history, figure, rig.kernel.spawn(pid, "p"));
      loads.put(pid, load);
    } else if (random.nextInt(6) == 0) {
      loads.remove(pid).process().exit(0);
      history.note(pid + " exits");
      return;
    }
    load.change();
  }
}
