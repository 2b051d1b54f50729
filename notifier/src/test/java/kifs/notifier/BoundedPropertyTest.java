package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntConsumer;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.EntityVanishedException;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/**
 * A waiter for each process gets the same events at the same time, whether or not the source omits
 * processes that exceed no level (docs/notify.md 6.4).
 */
@StatisticsReport(StatisticsReportMode.OFF)
class BoundedPropertyTest {
  private static final int PIDS = 5;

  /** Process ids have gaps, because threads get ids too. */
  private static final int APART = 1000;

  private static final int FIRST_PID = 5000;
  private static final int TURNS = 100;
  private static final int MAX_WAITERS = 6;

  /** The number of kinds of condition, see {@link #path}. */
  private static final int KINDS = 23;

  /** The same condition in both notifiers. */
  private record Pair(String path, Subscription filtered, Subscription unfiltered) {}

  @Property(tries = 300)
  void filteringDoesNotChangeEvents(@ForAll long seed) {
    RandomHistory.play(seed, BoundedPropertyTest::compare);
  }

  /** Compares the events of two notifiers on one kernel. */
  private static void compare(RandomHistory history) {
    Random random = history.random;
    Rig rig = history.rig;
    CountingSource all = new CountingSource(rig.kernel);
    all.omitsNothing = true;
    try (Notifier unfiltered = Notifier.manual(all, rig.pool, Rig::name, NotifierOptions.DEFAULT)) {
      boolean fails = random.nextInt(3) == 0;
      boolean refuses = random.nextInt(3) == 0;
      Random refusals = new Random(random.nextLong());
      rig.source.refuses = () -> refuses && refusals.nextInt(4) == 0;
      // Only a few kinds of condition at a time, because an entity that one condition
      // needs is returned for all others as well.
      int[] kinds = random.ints(1 + random.nextInt(3), 0, KINDS).toArray();
      TreeMap<Integer, SimulatedProcess> lives = new TreeMap<>();
      List<Pair> pairs = new ArrayList<>();
      for (int turn = 0; turn < TURNS; turn++) {
        live(history, lives, 10 + turn);
        comeAndGo(history, unfiltered, kinds, pairs);
        if (fails && random.nextInt(12) == 0) {
          for (CountingSource source : List.of(rig.source, all)) {
            source.inPass = BoundedPropertyTest::fail;
          }
          history.note("a turn fails");
          failingTurn(rig.notifier);
          failingTurn(unfiltered);
          rig.source.inPass = () -> {};
          all.inPass = () -> {};
          rig.clock.advance((1 + random.nextInt(2000)) * Rig.MS);
        }
        long due = history.turn();
        assertEquals(due, unfiltered.turn());
        for (Pair pair : pairs) {
          assertEquals(
              Rig.events(pair.unfiltered),
              history.events(pair.filtered),
              pair.path + " at turn " + turn);
        }
        if (due != Long.MAX_VALUE) {
          rig.clock.advanceTo(due);
        }
      }
    }
    assertEquals(0, all.openRefs());
    RandomHistory.requireShare("unchanged records omitted", rig.source.omitted() > 0, 30);
    RandomHistory.requireShare("bounded passes", rig.source.filteredPasses() > 0, 50);
  }

  private static void fail() {
    throw new IllegalStateException("the pass fails");
  }

  /** A turn whose pass fails, if it has one. */
  private static void failingTurn(Notifier notifier) {
    try {
      notifier.turn();
    } catch (IllegalStateException e) {
      assertEquals("the pass fails", e.getMessage());
    }
  }

  private static void live(
      RandomHistory history, TreeMap<Integer, SimulatedProcess> lives, int top) {
    Rig rig = history.rig;
    Random random = history.random;
    for (int step = random.nextInt(6); step > 0; step--) {
      rig.clock.advance(1 + random.nextInt(30) * Rig.MS);
      int pid = FIRST_PID + APART * random.nextInt(PIDS);
      SimulatedProcess life = lives.get(pid);
      if (life == null) {
        int fds = random.nextInt(10);
        int rss = random.nextInt(top);
        lives.put(pid, rig.kernel.spawn(pid, "p" + pid).fds(fds).rss(rss));
        history.note(pid + " begins with fds=" + fds + " rss=" + rss);
      } else {
        int kind = random.nextInt(15);
        if (kind == 0) {
          life.exit(0);
          lives.remove(pid);
        }
        history.note(pid + " " + (kind == 0 ? "exits" : change(life, random, kind, top)));
      }
    }
  }

  /** Changes one figure of a process, and says which. */
  private static String change(SimulatedProcess life, Random random, int kind, int top) {
    int small = random.nextInt(10);
    int rate = random.nextInt(2) * random.nextInt(100);
    return switch (kind) {
      case 1 -> named("threads", 1 + small, life::threads);
      case 2 -> named("cpu", rate, life::cpu);
      case 3 -> named("fds", small, life::fds);
      case 4 -> named("rss of files", small, to -> life.rssOfFilesAndShared(to, random.nextInt(9)));
      case 5 -> named("nice", small - 5, life::nice);
      case 6 -> named("state", "SDT".charAt(small % 3), to -> life.state((char) to));
      case 7 -> named("limit of nofile", random.nextInt(20), to -> life.limit("nofile", to, 20));
      case 8 ->
          named(
              "limit of memlock",
              random.nextInt(4) == 0 ? -1 : small,
              to -> life.limit("memlock", to, -1));
      case 9 -> named("memlock", small, to -> life.uses("memlock", to));
      case 10 -> named("limit of cpu", 1 + small, to -> life.limit("cpu", to, -1));
      case 11 -> named("faults", rate, to -> life.faults(to, 0));
      case 12 -> named("switches", rate, to -> life.switches(to, 0));
      default -> named("rss", random.nextInt(top), life::rss);
    };
  }

  private static String named(String figure, int to, IntConsumer change) {
    change.accept(to);
    return figure + " " + to;
  }

  private static void comeAndGo(
      RandomHistory history, Notifier unfiltered, int[] kinds, List<Pair> pairs) {
    Random random = history.random;
    if (pairs.size() < MAX_WAITERS && random.nextInt(3) == 0) {
      String path = path(random, kinds[random.nextInt(kinds.length)]);
      pairs.add(new Pair(path, history.on(Scopes.eachProcess(), path), on(unfiltered, path)));
    }
    if (!pairs.isEmpty() && random.nextInt(8) == 0) {
      Pair left = pairs.remove(random.nextInt(pairs.size()));
      history.close(left.filtered);
      left.unfiltered.close();
    }
  }

  private static String path(Random random, int kind) {
    return switch (kind) {
      case 0 -> "cpu/above/" + random.nextInt(60);
      case 1 -> "threads/changes/" + (1 + random.nextInt(3));
      case 2 -> "cpu.time/above/" + random.nextInt(20) / 10.0;
      case 3 -> LevelQuestion.random(random, 5, 3).path("fds");
      case 4 -> LevelQuestion.random(random, 5, 3).path("threads");
      case 5 -> "rss/above/" + random.nextInt(TURNS);
      case 6 -> "rss/rises/" + random.nextInt(TURNS);
      case 7 -> "fds/" + predicate(random) + 10 * random.nextInt(12) + "%";
      case 8 -> "rss/" + predicate(random) + random.nextInt(TURNS) + "%";
      case 14 -> "shared/" + predicate(random) + random.nextInt(20) + "%";
      case 9 -> "limits.memlock/" + predicate(random) + 10 * random.nextInt(12) + "%";
      case 10 -> "limits.cpu/" + predicate(random) + random.nextInt(20) + "%";
      case 11 -> "shared/" + predicate(random) + random.nextInt(20);
      case 12 -> "nice/" + predicate(random) + (random.nextInt(10) - 5);
      case 15 -> "cpu/" + predicate(random) + random.nextInt(60) + over(random);
      case 16 -> "faults.minor/" + predicate(random) + random.nextInt(60) + over(random);
      case 17 -> "switches.voluntary/" + predicate(random) + random.nextInt(60) + over(random);
      case 18 -> "rss.rate/" + predicate(random) + (random.nextInt(60) - 30) + over(random);
      case 19 ->
          "cpu/changes/" + (1 + random.nextInt(30)) + ",over=" + (1 + random.nextInt(3)) + "00ms";
      case 20 -> "fds/changes/" + (1 + random.nextInt(3));
      case 21 -> "state/changes/any";
      case 13 -> "state/occurs/" + "SDT".charAt(random.nextInt(3));
      default -> LevelQuestion.random(random, TURNS / 2, TURNS / 2 - 3).path("rss");
    };
  }

  private static String over(Random random) {
    String holding = random.nextInt(4) == 0 ? ",for=300ms" : "";
    int[] windows = {50, 100, 200, 400, 800, 2000, 5000};
    int window = windows[random.nextInt(windows.length)];
    return ",over=" + window + "ms" + holding;
  }

  private static String predicate(Random random) {
    return List.of("above/", "below/", "rises/", "falls/").get(random.nextInt(4));
  }

  private static Subscription on(Notifier notifier, String path) {
    try {
      Scope each = Scopes.eachProcess();
      return notifier.subscribe(each, Rig.condition(each, path), 0);
    } catch (EntityVanishedException | TooManyWaitersException | NotReportedException e) {
      throw new AssertionError(path, e);
    }
  }
}
