package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kifs.kernel.simulated.SimulatedProcess;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Random levels on irregular ticks, against page 4 read literally. */
class GaugePropertyTest {
  private static final long MS = Rig.MS;

  private record Seen(long atNs, long value) {}

  /** What is asked, in words that only this test uses. */
  private record Question(boolean up, boolean present, long level, long clear, long holdNs) {
    boolean beyond(Seen seen) {
      return up ? seen.value > level : seen.value < level;
    }

    boolean ends(Seen seen) {
      return up ? seen.value <= clear : seen.value >= clear;
    }

    /** Which of all looks tell, each found by looking back over all that was seen before. */
    List<Integer> tells(List<Seen> all) {
      List<Integer> tells = new ArrayList<>();
      int reported = !present && beyond(all.get(0)) ? 0 : -1;
      for (int i = 0; i < all.size(); i++) {
        if (reported != i && hasHeld(all, i) && isOver(all, reported, i)) {
          tells.add(i);
          reported = i;
        }
      }
      return tells;
    }

    private boolean hasHeld(List<Seen> all, int i) {
      int from = i + 1;
      while (from > 0 && beyond(all.get(from - 1))) {
        from--;
      }
      return from <= i && all.get(i).atNs - all.get(from).atNs >= holdNs;
    }

    private boolean isOver(List<Seen> all, int reported, int i) {
      return reported < 0 || all.subList(reported + 1, i).stream().anyMatch(this::ends);
    }

    String path() {
      String predicate = up ? present ? "above" : "rises" : present ? "below" : "falls";
      return "fds/" + predicate + "/" + level + ",clear=" + clear + ",for=" + holdNs / MS + "ms";
    }
  }

  private static Question question(Random random) {
    boolean up = random.nextBoolean();
    long level = 3 + random.nextInt(5);
    long apart = random.nextInt(3) * random.nextInt(2);
    long hold = random.nextInt(3) == 0 ? (50L + random.nextInt(900)) * MS : 0;
    return new Question(up, random.nextBoolean(), level, up ? level - apart : level + apart, hold);
  }

  @Property(tries = 1500)
  void toldWherePageFourSaysSo(@ForAll long seed) {
    Random random = new Random(seed);
    try (Rig rig = new Rig()) {
      long fds = random.nextInt(11);
      SimulatedProcess process = rig.kernel.spawn("series").fds(fds);
      Question question = question(random);
      Subscription subscription = rig.on(rig.process(process), question.path());
      List<Seen> seen = new ArrayList<>();
      List<Integer> told = new ArrayList<>();
      for (int look = 0; look < 40; look++) {
        long due = rig.notifier.turn();
        seen.add(new Seen(rig.now(), fds));
        told.addAll(Rig.events(subscription).stream().map(e -> seen.size() - 1).toList());
        for (int step = random.nextInt(4); step > 0; step--) {
          rig.clock.advance(random.nextInt(25) * MS);
          fds = random.nextInt(11);
          process.fds(fds);
        }
        rig.clock.advanceTo(due);
        rig.clock.advance(random.nextInt(4) == 0 ? random.nextInt(250) * MS : 0);
      }
      assertEquals(question.tells(seen), told, () -> question + " of " + seen);
    }
  }
}
