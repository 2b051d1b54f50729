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

/** Processes that begin, grow, shrink, end and begin again with the same id, at random. */
@StatisticsReport(StatisticsReportMode.OFF)
class EachPropertyTest {
  private static final long MS = Rig.MS;
  private static final int PIDS = 4;

  /** A process that has this id for a while. */
  private static final class Life {
    private final String name;
    private final SimulatedProcess process;
    private long fds;

    Life(String name, SimulatedProcess process) {
      this.name = name;
      this.process = process;
    }
  }

  /** One waiter, and the processes whose present excursion it has got. */
  private static final class Waiter {
    private final Subscription subscription;
    private final boolean present;
    private final List<String> atOpen;
    private final Map<String, Boolean> exceeding = new HashMap<>();
    private boolean isNew = true;

    Waiter(Subscription subscription, boolean present, List<String> atOpen) {
      this.subscription = subscription;
      this.present = present;
      this.atOpen = atOpen;
    }

    /** The names of the expected events, in the order of ids. */
    List<String> expects(Map<Integer, Life> lives, long level) {
      List<String> reported = new ArrayList<>();
      Map<String, Boolean> now = new HashMap<>();
      for (Life life : lives.values()) {
        boolean is = life.fds > level;
        boolean was = exceeding.getOrDefault(life.name, false);
        boolean underWay = isNew && !present && atOpen.contains(life.name);
        if (is && !was && !underWay) {
          reported.add(life.name);
        }
        now.put(life.name, is);
      }
      exceeding.clear();
      exceeding.putAll(now);
      isNew = false;
      return reported;
    }
  }

  @Property(tries = 300)
  void eachProcessIsReportedForItself(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          TreeMap<Integer, Life> lives = new TreeMap<>();
          List<Waiter> waiters = new ArrayList<>();
          int births = 0;
          for (int turn = 0; turn < 40; turn++) {
            for (int step = random.nextInt(5); step > 0; step--) {
              rig.clock.advance(1 + random.nextInt(15) * MS);
              int pid = 300 + random.nextInt(PIDS);
              Life life = lives.get(pid);
              if (life == null) {
                String name = "p" + births++;
                lives.put(pid, new Life(name, rig.kernel.spawn(pid, name).fds(0)));
                history.note(pid + " begins as " + name);
              } else if (random.nextInt(3) == 0) {
                life.process.exit(0);
                history.note(pid + " exits");
                lives.remove(pid);
              } else {
                life.fds = random.nextInt(10);
                life.process.fds(life.fds);
                history.note(pid + " has fds=" + life.fds);
              }
            }
            if (waiters.size() < 5 && random.nextInt(3) == 0) {
              boolean present = random.nextBoolean();
              String path = "fds/" + (present ? "above" : "rises") + "/5";
              List<String> names = lives.values().stream().map(life -> life.name).toList();
              waiters.add(new Waiter(history.on(Scopes.eachProcess(), path), present, names));
              rig.clock.advance(1);
            }
            long due = turn(history, waiters, lives);
            if (due != Long.MAX_VALUE) {
              rig.clock.advanceTo(due);
            }
            turn(history, waiters, lives);
          }
        });
  }

  /** A pass serves all waiters, also those that were not due yet. */
  private static long turn(
      RandomHistory history, List<Waiter> waiters, TreeMap<Integer, Life> lives) {
    Rig rig = history.rig;
    long passes = rig.kernel.passes();
    long due = history.turn();
    boolean sampled = rig.kernel.passes() > passes;
    for (Waiter waiter : waiters) {
      List<String> expected = sampled ? waiter.expects(lives, 5) : List.of();
      assertEquals(expected, history.events(waiter.subscription, "comm"));
    }
    return due;
  }
}
