package kifs.kernel.bpf.holdings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Merges visited and invisible processes. */
class HeldOrderTest {
  private final List<Integer> reported = new ArrayList<>();

  private HeldOrder order(int[] pids, int... invisible) {
    return new HeldOrder(pids, invisible, reported::add);
  }

  @Test
  void invisibleProcessesComeBetweenTheVisitedOnes() {
    HeldOrder order = order(null, 1, 4, 9);
    assertTrue(order.isInterrupted(3));
    order.reportUntil(3);
    assertEquals(List.of(1), reported);
    assertFalse(order.isInterrupted(3));
    order.reportUntil(7);
    assertEquals(List.of(1, 4), reported);
    order.end();
    assertEquals(List.of(1, 4, 9), reported);
  }

  /** The process has the id that an invisible one had before. */
  @Test
  void aVisitedProcessIsNotInvisible() {
    HeldOrder order = order(null, 4, 9);
    assertTrue(order.isInterrupted(4));
    order.reportUntil(4);
    assertTrue(order.admits(4));
    order.reportUntil(5);
    order.end();
    assertEquals(List.of(9), reported);
  }

  @Test
  void anotherWalkSkipsWhatWasReported() {
    HeldOrder first = order(null, 4, 9);
    first.reportUntil(9);
    first.end();
    HeldOrder second = first.again();
    second.reportUntil(4);
    assertFalse(second.admits(4), "it was reported as invisible");
    assertTrue(second.admits(9), "the first walk visited it");
    second.end();
    assertEquals(List.of(4), reported);
  }

  @Test
  void onlyWantedProcessesCount() {
    HeldOrder order = order(new int[] {3, 4}, 4, 9);
    assertTrue(order.admits(3));
    assertFalse(order.admits(5));
    assertTrue(order.isInvisible(4));
    assertFalse(order.isInvisible(9));
    order.end();
    assertEquals(List.of(4), reported);
  }
}
