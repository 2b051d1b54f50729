package kifs.notifier.history.detector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A series that is made as a constant one scores as one that was fed the same value. */
class ConstantSeriesTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int SAMPLES = 2_000;
  private static final double FLOOR = 5;

  private final SeriesStore store = new SeriesStore(3, SECOND);
  private long nowNs;

  @ParameterizedTest
  @ValueSource(doubles = {0, 10, 500})
  void itScoresAsOneThatWasFed(double value) {
    for (int i = 0; i < SAMPLES; i++) {
      nowNs += SECOND;
      store.update(0, nowNs, 0, FLOOR);
      store.update(1, nowNs, value, FLOOR);
    }
    store.setConstant(2, 0, SAMPLES, value / FLOOR);
    assertEquals(store.samples(1), store.samples(2));
    assertTrue(store.isReady(2));
    assertEquals(value, store.usualHigh(2, FLOOR), 0.01 * value + 0.001);
    assertEquals(value, store.usualLow(2, FLOOR), 0.01 * value + 0.001);
    double greatest = 0;
    for (int i = 0; i < 100; i++) {
      nowNs += SECOND;
      double now = i < 50 ? value : value * 3 + 60;
      double fed = store.update(1, nowNs, now, FLOOR);
      double made = store.update(2, nowNs, now, FLOOR);
      assertEquals(fed, made, 0.05 * fed + 0.05, "sample " + i);
      greatest = Math.max(greatest, made);
    }
    assertTrue(greatest > SeriesStore.UNUSUAL, "score " + greatest);
  }

  @Test
  void ofFewSamplesItHasNoScore() {
    for (int i = 0; i < SAMPLES; i++) {
      nowNs += SECOND;
      store.update(0, nowNs, 0, FLOOR);
    }
    store.setConstant(2, 0, 100, 0);
    nowNs += SECOND;
    assertEquals(0, store.update(2, nowNs, 1_000, FLOOR));
  }
}
