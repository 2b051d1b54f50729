package kifs.notifier;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A condition on a level, and the answer of docs/notify.md 3. It is written independently of the
 * notifier, as an oracle for tests.
 */
record LevelQuestion(boolean up, boolean present, long level, long clear, long holdNs) {
  private static final long MS = Rig.MS;

  /** What one sample found. */
  record Sample(long atNs, long value) {}

  /**
   * @param level the value about which the samples vary
   * @param reach the most by which the threshold may differ from it
   */
  static LevelQuestion random(Random random, long level, int reach) {
    boolean up = random.nextBoolean();
    long at = level - reach + random.nextInt(2 * reach + 1);
    long apart = random.nextInt(3) * random.nextInt(2);
    long hold = random.nextInt(3) == 0 ? (50L + random.nextInt(900)) * MS : 0;
    return new LevelQuestion(up, random.nextBoolean(), at, up ? at - apart : at + apart, hold);
  }

  private boolean exceeds(Sample sample) {
    return up ? sample.value > level : sample.value < level;
  }

  private boolean clears(Sample sample) {
    return up ? sample.value <= clear : sample.value >= clear;
  }

  /**
   * The indexes of the samples that must be reported. Each is found by going through all earlier
   * samples.
   */
  List<Integer> reports(List<Sample> all) {
    List<Integer> reports = new ArrayList<>();
    int reported = !present && exceeds(all.get(0)) ? 0 : -1;
    for (int i = 0; i < all.size(); i++) {
      if (reported != i && hasHeld(all, i) && isOver(all, reported, i)) {
        reports.add(i);
        reported = i;
      }
    }
    return reports;
  }

  private boolean hasHeld(List<Sample> all, int i) {
    int from = i + 1;
    while (from > 0 && exceeds(all.get(from - 1))) {
      from--;
    }
    return from <= i && all.get(i).atNs - all.get(from).atNs >= holdNs;
  }

  private boolean isOver(List<Sample> all, int reported, int i) {
    return reported < 0 || all.subList(reported + 1, i).stream().anyMatch(this::clears);
  }

  String path(String metric) {
    String predicate = up ? present ? "above" : "rises" : present ? "below" : "falls";
    return metric
        + "/"
        + predicate
        + "/"
        + level
        + ",clear="
        + clear
        + ",for="
        + holdNs / MS
        + "ms";
  }
}
