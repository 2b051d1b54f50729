package kifs.notifier;

import java.util.Random;

/** Runs turns at irregular times, as on a busy host. */
final class OddLooks {
  private static final long MS = Rig.MS;

  private OddLooks() {}

  /**
   * Runs turns, most of them when they are due and some late, with up to three changes between two
   * of them.
   *
   * @param change makes one change in the simulated kernel
   * @param afterTurn called after each turn
   */
  static void take(Rig rig, Random random, int turns, Runnable change, Runnable afterTurn) {
    for (int turn = 0; turn < turns; turn++) {
      long due = rig.notifier.turn();
      afterTurn.run();
      for (int step = random.nextInt(4); step > 0; step--) {
        rig.clock.advance(1 + random.nextInt(25) * MS);
        change.run();
      }
      if (due != Long.MAX_VALUE) {
        rig.clock.advanceTo(due);
      }
      rig.clock.advance(random.nextInt(4) == 0 ? random.nextInt(250) * MS : 0);
    }
  }
}
