package kifs.notifier.history.detector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What a pattern knows of a series that begins within a period, or has gaps. */
class PatternTest {
  private static final long MINUTE_NS = 60_000_000_000L;
  private static final int DAY = 24 * 60;
  private static final double ANY = 1e9;

  private final Pattern pattern = Pattern.ofDay();

  private void sample(int minute, double value) {
    pattern.at(minute * MINUTE_NS, ANY);
    pattern.add(value);
  }

  @Test
  void theSamplesOfThePresentPeriodForetellNothing() {
    for (int minute = 0; minute < 5; minute++) {
      sample(12 * 60 + minute, 7);
      assertFalse(pattern.isKnown());
    }
    sample(12 * 60 + 5, 8);
    assertFalse(pattern.isKnown());
    sample(DAY + 12 * 60, 7);
    assertTrue(pattern.isKnown());
    assertEquals(7, pattern.expected());
  }

  /** Not the mean of six samples, of which a slot has five in each period. */
  @Test
  void aSlotIsTheMeanOfItsPeriods() {
    for (int day = 0; day < 4; day++) {
      for (int minute = 0; minute < 5; minute++) {
        sample(day * DAY + minute, day);
      }
    }
    sample(4 * DAY, 0);
    assertEquals(1.5, pattern.expected(), 1e-6);
  }

  @Test
  void aSlotThatWasInAGapIsNotKnown() {
    for (int hour = 0; hour < 24; hour++) {
      if (hour != 3) {
        sample(hour * 60, hour);
      }
    }
    sample(DAY + 2 * 60, 2);
    assertTrue(pattern.isKnown());
    sample(DAY + 3 * 60, 3);
    assertFalse(pattern.isKnown());
    sample(DAY + 4 * 60, 4);
    assertEquals(4, pattern.expected());
  }

  @Test
  void aPeriodWithoutASingleOtherSlotIsAnotherPeriod() {
    sample(10, 1);
    sample(DAY + 10, 3);
    assertEquals(1, pattern.expected());
    sample(2 * DAY + 10, 3);
    assertEquals(2, pattern.expected());
  }
}
