package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * The sum of the rates of processes that come and go, sampled at irregular times, against
 * docs/notify.md 6.3: the processes that a sample finds are added up, each by its own window. A sum
 * of which a part isn't known is a lower bound, or not known if the metric can shrink.
 */
@StatisticsReport(StatisticsReportMode.OFF)
class RateSumPropertyTest {
  private static final int PIDS = 5;

  private static final class Crowd {
    private final TreeMap<Integer, WindowedLoad> loads = new TreeMap<>();
    private final RandomHistory history;
    private final WindowedLoad.Figure figure;
    private final long windowNs;

    Crowd(RandomHistory history) {
      Random random = history.random;
      this.history = history;
      this.figure = WindowedLoad.Figure.random(random);
      this.windowNs = RateChangesPropertyTest.window(random);
      for (int i = random.nextInt(2 * PIDS); i > 0; i--) {
        live();
        history.rig.clock.advance(1 + random.nextLong(windowNs / 4));
      }
    }

    void live() {
      RateChangesPropertyTest.live(history, figure, PIDS, loads);
    }

    void sample() {
      loads.values().forEach(WindowedLoad::sample);
    }

    double slack() {
      return WindowedLoad.slack(figure, windowNs, loads.size());
    }

    boolean isKnown() {
      return loads.values().stream().allMatch(load -> load.isKnown(windowNs));
    }

    double sum(ToDoubleFunction<WindowedLoad> part) {
      return loads.values().stream().mapToDouble(part).sum();
    }
  }

  @Property(tries = 1000)
  void changesOfTheSum(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Crowd crowd = new Crowd(history);
          RateChangesPropertyTest.Change change =
              RateChangesPropertyTest.Change.random(random, crowd.figure.max());
          String path = change.path(crowd.figure, crowd.windowNs);
          Subscription subscription = history.on(Scopes.allProcesses(), path);
          history.runAtOddTimes(
              60,
              crowd::live,
              () -> {
                crowd.sample();
                double sum = crowd.sum(load -> load.rate(crowd.windowNs));
                change.check(history.events(subscription), sum, crowd.slack());
              });
        });
  }

  /**
   * A waiter for a level. Between two samples the rate is only known within bounds, so a sample may
   * leave open whether the level is exceeded.
   */
  private static final class Level {
    private final boolean up;
    private final int level;
    private boolean mayBeReported;
    private boolean mayBeCalm = true;

    Level(boolean up, int level) {
      this.up = up;
      this.level = level;
    }

    String path(Crowd crowd) {
      String predicate = up ? "/above/" : "/below/";
      String over = ",over=" + crowd.windowNs / Rig.MS + "ms";
      return crowd.figure.metric() + predicate + level + over;
    }

    void check(int reported, double low, double high, boolean known) {
      boolean surely = up ? low > level : high < level;
      boolean never = up ? high < level : low > level;
      String what = low + " to " + high + (up ? " above " : " below ") + level;
      if (reported > 0) {
        assertTrue(reported == 1 && mayBeCalm, () -> "once an excursion: " + what);
        assertFalse(never, () -> "the level is not exceeded: " + what);
        assertTrue(up || known, () -> "the sum may be more: " + what);
        mayBeReported = true;
        mayBeCalm = false;
      } else {
        assertTrue(!surely || mayBeReported, () -> "not reported: " + what);
        mayBeReported &= !never;
        mayBeCalm = !surely;
      }
    }
  }

  @Property(tries = 1000)
  void levelsOfTheSum(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Crowd crowd = new Crowd(history);
          int max = crowd.figure.max();
          Level level = new Level(random.nextBoolean(), 1 + random.nextInt(2 * max));
          Subscription subscription = history.on(Scopes.allProcesses(), level.path(crowd));
          history.runAtOddTimes(
              60,
              crowd::live,
              () -> {
                crowd.sample();
                boolean nothing = !crowd.figure.isCounter() && !crowd.isKnown();
                double low = crowd.sum(load -> load.low(crowd.windowNs)) - crowd.slack();
                double high = crowd.sum(load -> load.high(crowd.windowNs)) + crowd.slack();
                int reported = history.events(subscription).size();
                level.check(
                    reported, nothing ? Double.NEGATIVE_INFINITY : low, high, crowd.isKnown());
                assertFalse(nothing && reported > 0, "reported while the sum is unknown");
              });
        });
  }
}
