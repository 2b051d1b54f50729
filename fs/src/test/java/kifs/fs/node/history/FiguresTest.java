package kifs.fs.node.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import kifs.notifier.metric.Unit;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  void numbersHaveThreeDigitsAndTheirUnit() {
    assertEquals("97.3%", Figures.shown(Unit.PERCENT, 97.25));
    assertEquals("0%", Figures.shown(Unit.PERCENT, 0.0002));
    assertEquals("1.5M", Figures.shown(Unit.BYTES, 1.5 * (1 << 20)));
    assertEquals("-2K/s", Figures.shown(Unit.BYTES_PER_SECOND, -2048));
    assertEquals("12.3k/s", Figures.shown(Unit.PER_SECOND, 12_345));
    assertEquals("100%", Figures.shown(Unit.PERCENT, 100));
  }

  @Test
  void aRangeOfOneValueIsThatValue() {
    assertEquals("3..12%", Figures.range(Unit.PERCENT, 3, 12));
    assertEquals("12%", Figures.range(Unit.PERCENT, 12, 12.001));
    assertEquals("1K..2M", Figures.range(Unit.BYTES, 1024, 2 << 20));
  }

  @Test
  void aPlainNumberHasFourDigits() {
    assertEquals("12.35", Figures.plain(12.3456));
    assertEquals("77330000", Figures.plain(77_328_384));
    assertEquals("0", Figures.plain(0));
    assertEquals("", Figures.plain(Double.NaN));
  }
}
