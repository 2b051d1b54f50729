package kifs.kernel.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class TimeOffsetsTest {
  @Test
  void bothClocksAreRead() {
    List<String> lines =
        List.of("monotonic          -5         7", "boottime       100000         0");
    assertEquals(new TimeOffsets(-4_999_999_993L, 100_000_000_000_000L), TimeOffsets.parse(lines));
  }

  @Test
  void whatIsMissingIs0() {
    assertEquals(new TimeOffsets(0, 0), TimeOffsets.parse(List.of()));
  }
}
