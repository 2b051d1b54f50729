package kifs.notifier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.notifier.entity.Scopes;
import kifs.notifier.waiting.Subscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Passes for waiters omit processes that no waiter needs to see (docs/notify.md 6.4). */
class BoundedTest {
  @Test
  void passForLevelsIsFiltered() {
    try (Rig rig = new Rig()) {
      rig.kernel.spawn("p").fds(3);
      Subscription above = rig.open(Scopes.eachProcess(), "fds/above/5");
      assertEquals(1, rig.source.filteredPasses());
      rig.open(Scopes.eachProcess(), "rss/below/1K").close();
      assertEquals(2, rig.source.filteredPasses());
      rig.open(Scopes.eachProcess(), "uptime/above/5");
      assertEquals(
          2,
          rig.source.filteredPasses(),
          "the age of every process grows, so its passes return all");
      above.close();
    }
  }

  /**
   * A pass omits processes that have not changed, once it is known of all figures that they have
   * not.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "cpu/above/50,over=500ms",
        "cpu/below/50,over=500ms",
        "switches.voluntary/rises/50,over=500ms",
        "fds/changes/any",
        "fds/changes/10%",
        "cpu/changes/10,over=500ms"
      })
  void unchangedProcessesAreOmitted(String path) {
    try (Rig rig = new Rig()) {
      SimulatedProcess one = rig.kernel.spawn("one").threads(2).fds(3);
      rig.kernel.spawn("other").fds(3);
      rig.open(Scopes.eachProcess(), path);
      rig.run(3 * Rig.SECOND);
      long before = rig.source.omitted();
      assertTrue(before > 0, "all processes are unchanged");
      rig.run(Rig.TICK);
      long both = rig.source.omitted() - before;
      one.cpu(30).fds(5).switches(60, 0);
      rig.run(Rig.TICK);
      long rest = rig.source.omitted() - before - both;
      assertTrue(0 < rest && rest < both, both + " were omitted, now " + rest);
    }
  }

  @Test
  void passForTwoConditionsOnOneStateIsFiltered() {
    try (Rig rig = new Rig()) {
      rig.kernel.spawn("p");
      rig.open(Scopes.eachProcess(), "state/occurs/D");
      rig.open(Scopes.eachProcess(), "state/occurs/D,for=5s");
      assertEquals(2, rig.source.filteredPasses());
    }
  }

  /**
   * A process that has been idle for long, so that its window holds no growth when the load begins.
   */
  @Test
  void loadAfterALongRestIsReportedAtOnce() {
    try (Rig rig = new Rig()) {
      SimulatedProcess one = rig.kernel.spawn("one");
      Subscription above = rig.open(Scopes.eachProcess(), "cpu/above/20,over=1s");
      rig.run(9 * Rig.SECOND);
      one.cpu(100);
      rig.run(3 * Rig.TICK);
      one.cpu(0);
      rig.run(Rig.SECOND);
      assertEquals(1, Rig.count(above), "30 % of a second were used");
    }
  }

  /**
   * The source remembers what a pass found, even if the notifier failed before it reported
   * anything.
   */
  @Test
  void changesThatAFailedPassSawAreFoundByTheNextOne() {
    try (Rig rig = new Rig()) {
      SimulatedProcess one = rig.kernel.spawn("one").fds(3);
      Subscription changes = rig.open(Scopes.eachProcess(), "fds/changes/any");
      rig.run(3 * Rig.SECOND);
      one.fds(4);
      rig.source.inPass =
          () -> {
            rig.source.inPass = () -> {};
            throw new IllegalStateException("the pass fails");
          };
      assertThrows(IllegalStateException.class, () -> rig.run(Rig.TICK));
      rig.clock.advance(Rig.MS);
      rig.run(3 * Rig.TICK);
      assertEquals(1, Rig.count(changes));
    }
  }

  /** A full pass finds that an omitted process has vanished. */
  @Test
  void omittedProcessThatVanishedIsForgotten() {
    try (Rig rig = new Rig()) {
      SimulatedProcess one = rig.kernel.spawn(5000, "one").fds(3);
      Subscription changes = rig.open(Scopes.eachProcess(), "fds/changes/any");
      rig.run(3 * Rig.SECOND);
      one.exit(0);
      rig.run(Rig.SECOND);
      rig.kernel.spawn(5000, "another").fds(4);
      rig.run(Rig.SECOND);
      assertEquals(0, Rig.count(changes), "the id belongs to another process");
    }
  }

  @Test
  void passForSharesOfTheHostIsFiltered() {
    try (Rig rig = new Rig()) {
      rig.kernel.system().memory(1000);
      SimulatedProcess within = rig.kernel.spawn("p").rss(300);
      Subscription above = rig.open(Scopes.eachProcess(), "rss/above/30%");
      assertEquals(1, rig.source.filteredPasses());
      within.rss(301);
      rig.run(Rig.TICK);
      assertEquals(1, Rig.count(above));
      rig.open(Scopes.eachProcess(), "swap/above/1%");
      assertEquals(2, rig.source.filteredPasses(), "without swap there is no share of it");
    }
  }

  /**
   * A condition that comes during a pass is not served by that pass, because the pass was filtered
   * without it.
   */
  @Test
  void waiterThatComesDuringAPassIsServedByTheNextOne() {
    try (Rig rig = new Rig()) {
      SimulatedProcess high = rig.kernel.spawn("high").fds(7);
      Subscription first = rig.open(Scopes.eachProcess(), "fds/above/9");
      List<Subscription> late = new ArrayList<>();
      rig.source.inPass =
          () -> {
            rig.source.inPass = () -> {};
            late.add(rig.on(Scopes.eachProcess(), "fds/rises/5"));
            late.add(rig.on(Scopes.eachProcess(), "fds/above/5"));
          };
      rig.run(Rig.TICK);
      assertEquals(2, late.size());
      rig.run(Rig.TICK);
      assertEquals(0, Rig.count(late.get(0)), "the value was above at the opening");
      assertEquals(1, Rig.count(late.get(1)));
      high.fds(1);
      rig.run(Rig.TICK);
      high.fds(6);
      rig.run(Rig.TICK);
      assertEquals(1, Rig.count(late.get(0)));
      assertEquals(1, Rig.count(late.get(1)));
      assertEquals(0, Rig.count(first));
    }
  }
}
