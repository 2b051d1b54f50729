package kifs.notifier.history.detector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** One series of any unit, once in five minutes. */
class LoneSeriesTest {
  private static final long STEP_NS = 300_000_000_000L;
  private static final int DAY = 288;

  private final LoneSeries series = new LoneSeries();
  private final Random random = new Random(11);
  private int time;
  private int alarms;

  private double sample(double value) {
    double before = series.score();
    double score = series.update(time++ * STEP_NS, value);
    alarms += score >= SeriesStore.UNUSUAL && before < SeriesStore.UNUSUAL ? 1 : 0;
    return score;
  }

  private double daily() {
    double phase = 2 * Math.PI * (time % DAY) / DAY;
    return 10_000 + 8_000 * Math.sin(phase) + 300 * random.nextGaussian();
  }

  @Test
  void aDailyPatternIsNotAnAlarmEachDay() {
    for (int i = 0; i < 28 * DAY; i++) {
      sample(daily());
    }
    assertTrue(alarms <= 2, () -> alarms + " alarms in 28 days");
  }

  @Test
  void aValueThatIsUsualAtAnotherTimeOfDayIsFound() {
    for (int i = 0; i < 14 * DAY + DAY / 4; i++) {
      sample(daily());
    }
    alarms = 0;
    for (int i = 0; i < 12; i++) {
      sample(daily() - 9_000);
    }
    assertTrue(alarms > 0, "not found");
    Explanation why = series.explain();
    assertTrue(why.usualLow() < why.usualHigh(), why::toString);
  }

  @Test
  void negativeAndTinyValuesHaveASpreadToo() {
    for (int i = 0; i < 10 * DAY; i++) {
      sample(-1e-6 + 1e-8 * random.nextGaussian());
    }
    assertTrue(alarms <= 1, () -> alarms + " alarms");
    alarms = 0;
    for (int i = 0; i < 3; i++) {
      sample(1e-6);
    }
    assertEquals(1, alarms);
  }

  @Test
  void aSeriesThatNeverChangesIsAsUsual() {
    for (int i = 0; i < 5 * DAY; i++) {
      assertEquals(0, sample(7));
    }
  }

  @Test
  void whatIsNoNumberIsIgnored() {
    for (int i = 0; i < 5 * DAY; i++) {
      sample(daily());
    }
    double before = series.score();
    assertEquals(before, sample(Double.NaN));
  }
}
