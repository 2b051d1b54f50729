package kifs.notifier.history.detector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Programs that come and go start with what is usual for their kind. */
class InheritanceTest {
  private static final int KIND = 0;
  private static final int FIRST = 1;

  private final SeriesStore store = new SeriesStore(4, Play.SECOND);

  @Test
  void aNewProcessStartsWithWhatIsUsualForItsKind() {
    Play first = new Play(store, FIRST);
    first.samples(5_000, first::usual);
    store.absorb(KIND, FIRST);
    Play second = new Play(store, 2);
    store.derive(2, KIND);
    assertEquals(-1, second.samples(300, second::usual));
    int delay = second.samples(60, () -> 100);
    assertTrue(delay > 0 && delay <= 20, () -> "after " + delay);
  }

  @Test
  void withoutAKindANewProcessHasNoHistory() {
    store.derive(2, KIND);
    Play second = new Play(store, 2);
    second.samples(300, second::usual);
    assertEquals(-1, second.samples(60, () -> 100));
  }

  @Test
  void whatDiffersWithinAKindIsUsualForIt() {
    for (double level : new double[] {20, 60, 20, 60}) {
      store.clear(FIRST);
      Play one = new Play(store, FIRST);
      one.samples(3_000, () -> level + one.random.nextGaussian());
      store.absorb(KIND, FIRST);
    }
    for (double level : new double[] {20, 60}) {
      store.derive(2, KIND);
      Play next = new Play(store, 2);
      assertEquals(-1, next.samples(1_000, () -> level + next.random.nextGaussian()));
    }
  }

  @Test
  void processesOfAFewSecondsAddUpToAHistory() {
    for (int i = 0; i < 40; i++) {
      store.clear(FIRST);
      Play one = new Play(store, FIRST);
      one.samples(20, one::usual);
      store.absorb(KIND, FIRST);
    }
    assertTrue(store.samples(KIND) >= 40 * 160, () -> "" + store.samples(KIND));
    store.derive(2, KIND);
    Play next = new Play(store, 2);
    next.samples(5, next::usual);
    assertEquals(0, next.alarms);
    assertTrue(next.samples(60, () -> 400) > 0, "not found");
  }

  @Test
  void aSeriesWithoutASampleAddsNothing() {
    store.absorb(KIND, FIRST);
    assertEquals(0, store.samples(KIND));
  }
}
