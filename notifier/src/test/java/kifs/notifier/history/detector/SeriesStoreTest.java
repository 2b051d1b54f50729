package kifs.notifier.history.detector;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What the detector finds and what it leaves alone, on a clock that the test sets. */
class SeriesStoreTest {
  private static final int HISTORY = 3_000;

  private final Play play = new Play();

  @Test
  void noiseIsNeverUnusual() {
    assertEquals(-1, play.samples(200_000, play::usual));
  }

  @Test
  void aRunawayLoopIsFoundAndExplained() {
    play.samples(HISTORY, play::usual);
    int delay = play.samples(60, () -> 100);
    assertTrue(delay > 1 && delay <= 10, () -> "after " + delay);
    Explanation why = play.explain();
    assertTrue(why.score() >= 6, why::toString);
    assertTrue(why.now() > 90, why::toString);
    assertTrue(why.usualLow() > 25 && why.usualLow() < 40, why::toString);
    assertTrue(why.usualHigh() > 40 && why.usualHigh() < 55, why::toString);
  }

  @Test
  void anExcursionIsOneAlarm() {
    play.samples(HISTORY, play::usual);
    play.samples(60, () -> 100);
    play.samples(1_000, play::usual);
    assertEquals(1, play.alarms);
  }

  @Test
  void suddenSilenceIsFound() {
    play.samples(HISTORY, play::usual);
    int delay = play.samples(60, () -> 0);
    assertTrue(delay > 0 && delay <= 20, () -> "after " + delay);
  }

  @Test
  void silenceIsFoundInASeriesThatPausesByItself() {
    int[] time = {0};
    play.samples(HISTORY, () -> time[0]++ % 40 < 8 ? 60 + play.random.nextDouble() : 0);
    assertEquals(0, play.alarms);
    int delay = play.samples(1_500, () -> 0);
    assertTrue(delay > 0 && delay <= 1_000, () -> "after " + delay);
  }

  @Test
  void aLeakThatIsSlowAgainstTheNoiseIsFound() {
    play.samples(2 * HISTORY, play::usual);
    double[] leaked = {0};
    // A hundredth of the noise with each sample.
    int delay = play.samples(2_000, () -> play.usual() + (leaked[0] += 0.04));
    assertTrue(delay > 0 && delay <= 1_000, () -> "after " + delay);
  }

  @Test
  void oneSpikeIsNotUnusualAndDoesNotHideTheNext() {
    play.samples(HISTORY, play::usual);
    play.sample(1e9);
    play.samples(300, play::usual);
    assertEquals(0, play.alarms);
    assertTrue(play.samples(60, () -> 100) > 0, "hidden by the spike");
  }

  @Test
  void whatIsLessThanTheFloorIsNeverUnusual() {
    play.samples(HISTORY, () -> 1);
    assertEquals(-1, play.samples(500, () -> 1 + Play.FLOOR * 0.9));
  }

  @Test
  void aConstantSeriesIsAsUsual() {
    for (int i = 0; i < HISTORY; i++) {
      assertEquals(0, play.sample(123.456));
    }
  }

  @Test
  void nothingIsUnusualBeforeThereIsAHistory() {
    play.samples(100, play::usual);
    assertEquals(-1, play.samples(500, () -> 100));
  }

  @Test
  void aNewLevelIsLearned() {
    play.samples(HISTORY, play::usual);
    assertTrue(play.samples(3_000, () -> 2 * play.usual()) > 0, "not found");
    assertTrue(play.store.score(0) < SeriesStore.UNUSUAL, "not learned");
    assertEquals(-1, play.samples(3_000, () -> 2 * play.usual()));
  }

  @Test
  void burstsThatComeAgainAreLearned() {
    play.samples(HISTORY, play::usual);
    int[] time = {0};
    play.samples(10_000, () -> time[0]++ % 400 < 20 ? 300 : play.usual());
    int before = play.alarms;
    assertTrue(before >= 1, "the first is unusual");
    play.samples(10_000, () -> time[0]++ % 400 < 20 ? 300 : play.usual());
    assertEquals(before, play.alarms);
  }

  @Test
  void aSlowDriftIsLearned() {
    int[] time = {0};
    play.samples(50_000, () -> play.usual() * (1 + time[0]++ * 1e-5));
    assertEquals(0, play.alarms);
  }

  @Test
  void aGapALateSampleAndAStepOfTheClockChangeNothing() {
    play.samples(HISTORY, play::usual);
    for (long stepNs : new long[] {30, 3_600, -3_600, -1_700_000_000L}) {
      play.timeNs += stepNs * Play.SECOND;
      assertEquals(0, play.sample(40), 1);
      play.samples(100, play::usual);
    }
    for (int i = 0; i < 100; i++) {
      play.timeNs += Play.SECOND * 7 / 10;
      play.sample(play.usual());
      play.timeNs -= Play.SECOND * 7 / 10;
      play.sample(play.usual());
    }
    assertEquals(0, play.alarms);
  }

  @Test
  void aValueThatIsNoNumberIsIgnored() {
    play.samples(HISTORY, play::usual);
    byte[] before = bytes(play.store, 0);
    play.sample(Double.NaN);
    play.sample(Double.POSITIVE_INFINITY);
    assertArrayEquals(before, bytes(play.store, 0));
  }

  @Test
  void aClearedSeriesIsAsNew() {
    SeriesStore store = new SeriesStore(2, Play.SECOND);
    Play old = new Play(store, 1);
    old.samples(HISTORY, old::usual);
    store.clear(1);
    assertArrayEquals(bytes(new SeriesStore(2, Play.SECOND), 1), bytes(store, 1));
    assertEquals(-1, old.samples(500, () -> 100));
  }

  @Test
  void aSeriesOutlivesTheStore() {
    play.samples(HISTORY, play::usual);
    SeriesStore other = new SeriesStore(3, Play.SECOND);
    other.read(2, ByteBuffer.wrap(bytes(play.store, 0)));
    for (int i = 0; i < 1_000; i++) {
      double value = i < 500 ? play.usual() : 100;
      double expected = play.sample(value);
      assertEquals(expected, other.update(2, play.timeNs, value, Play.FLOOR));
    }
  }

  @Test
  void aLargerStoreKeepsWhatItKnows() {
    play.samples(HISTORY, play::usual);
    byte[] before = bytes(play.store, 0);
    play.store.ensureCapacity(100);
    assertEquals(100, play.store.capacity());
    assertArrayEquals(before, bytes(play.store, 0));
    play.store.update(99, 0, 1, 1);
  }

  @Test
  void memoryIsFlatAndAnUpdateAllocatesNothing() {
    SeriesStore store = new SeriesStore(100, Play.SECOND);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    play(store, 0, 2_000);
    long before = threads.getCurrentThreadAllocatedBytes();
    play(store, 2_000, 4_000);
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 1_000, () -> allocated + " bytes");
    assertEquals(128, SeriesStore.BYTES_PER_SERIES);
  }

  private static void play(SeriesStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      for (int index = 0; index < 100; index++) {
        store.update(index, i * Play.SECOND, (i * 7919L + index * 31L) % 101, Play.FLOOR);
      }
    }
  }

  private static byte[] bytes(SeriesStore store, int index) {
    ByteBuffer buffer = ByteBuffer.allocate(SeriesStore.BYTES_PER_SERIES);
    store.write(index, buffer);
    assertEquals(0, buffer.remaining());
    return buffer.array();
  }
}
