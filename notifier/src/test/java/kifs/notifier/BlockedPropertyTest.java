package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.SimulatedWait;
import kifs.notifier.waiting.Subscription;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.StatisticsReport;
import net.jqwik.api.statistics.StatisticsReport.StatisticsReportMode;

/** Threads that block and run at random. Each wait that is long enough is reported once. */
@StatisticsReport(StatisticsReportMode.OFF)
class BlockedPropertyTest {
  private static final long MS = Rig.MS;
  private static final int THREADS = 3;

  private static final class Life {
    private final SimulatedThread thread;
    private long sinceNs = -1;
    private boolean reported;

    Life(SimulatedThread thread) {
      this.thread = thread;
    }
  }

  @Property(tries = 500)
  void reportedOncePerWaitFromWhenItLastRan(@ForAll long seed) {
    RandomHistory.play(
        seed,
        history -> {
          Random random = history.random;
          Rig rig = history.rig;
          SimulatedProcess process = rig.kernel.spawn(500, "java");
          List<Life> lives = new ArrayList<>();
          for (int i = 0; i < THREADS; i++) {
            lives.add(new Life(process.spawnThread(501 + i, "worker")));
          }
          long limitMs = 50 + random.nextInt(1000);
          Subscription subscription =
              history.on(rig.process(process), "blocked/above/" + limitMs + "ms");
          for (int step = 0; step < 80; step++) {
            rig.clock.advance(1 + random.nextInt(20) * MS);
            Life life = lives.get(random.nextInt(THREADS));
            if (life.sinceNs < 0 || random.nextInt(3) == 0) {
              change(history, life);
            }
            // Long enough for the first tick after the threshold, whenever that is.
            rig.run(random.nextInt(3) * Rig.TICK + 2 * MS);
            List<String> expected = new ArrayList<>();
            for (Life one : lives) {
              long blocked = one.sinceNs < 0 ? 0 : rig.now() - one.sinceNs;
              boolean due = blocked > limitMs * MS + Rig.TICK + 2 * MS;
              if (due && !one.reported) {
                expected.add(Integer.toString(one.thread.tid()));
              }
            }
            for (String tid : history.events(subscription, "tid")) {
              Life one = lives.get(Integer.parseInt(tid) - 501);
              assertEquals(false, one.reported, "once per wait");
              assertEquals(
                  true,
                  one.sinceNs >= 0 && rig.now() - one.sinceNs > limitMs * MS,
                  "longer than the threshold");
              one.reported = true;
              expected.remove(tid);
            }
            assertEquals(List.of(), expected, "not reported");
          }
        });
  }

  private static void change(RandomHistory history, Life life) {
    Rig rig = history.rig;
    Random random = history.random;
    if (life.sinceNs >= 0) {
      life.thread.runs();
      history.note(life.thread.tid() + " runs");
      life.sinceNs = -1;
      life.reported = false;
      if (random.nextBoolean()) {
        return;
      }
      // This wait differs from the last one only in when it began.
      rig.clock.advance(1 + random.nextInt(5) * MS);
    }
    life.thread.blockedOn(SimulatedWait.MUTEX, 0x1000, 500);
    history.note(life.thread.tid() + " blocks");
    life.sinceNs = rig.now();
  }
}
