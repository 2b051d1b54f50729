package kifs.fs.node.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A user can't fill the log with refused changes. */
class RefusalLogTest {
  private static final long USER = 1000;

  private final List<String> lines = new ArrayList<>();
  private long nowNs = 5;
  private final RefusalLog log = new RefusalLog(() -> nowNs, lines::add);

  private void refuse(long uid, int times) {
    for (int i = 0; i < times; i++) {
      log.refused(uid, "line of " + uid);
    }
  }

  @Test
  void aUserHasABound() {
    refuse(USER, RefusalLog.MAX_LINES + 7);
    assertEquals(RefusalLog.MAX_LINES, lines.size());
    refuse(USER + 1, 1);
    assertEquals("line of 1001", lines.get(RefusalLog.MAX_LINES), "another user");
  }

  @Test
  void rootHasNone() {
    refuse(0, RefusalLog.MAX_LINES + 7);
    assertEquals(RefusalLog.MAX_LINES + 7, lines.size());
  }

  @Test
  void theNextWindowSaysHowManyAreMissing() {
    refuse(USER, RefusalLog.MAX_LINES + 7);
    nowNs += RefusalLog.WINDOW_NS - 1;
    refuse(USER, 1);
    lines.clear();
    nowNs += 1;
    refuse(USER, 1);
    assertEquals(List.of("limits: 8 more refused changes by uid=1000", "line of 1000"), lines);
  }
}
