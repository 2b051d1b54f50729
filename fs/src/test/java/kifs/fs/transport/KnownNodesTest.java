package kifs.fs.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownNodesTest {
  private final KnownNodes known = new KnownNodes();
  private final Set<String> vanished = Set.of("/processes/7", "/processes/8/threads/9");
  private final List<String> dropped = new ArrayList<>();

  private void dropVanished() {
    known.dropVanished(
        vanished::contains,
        (parent, name) -> dropped.add(parent + " " + new String(name, StandardCharsets.UTF_8)));
  }

  @Test
  void countsTheNodesThatTheKernelHasNotForgotten() {
    known.found(2, 1, null);
    known.found(3, 1, null);
    known.found(2, 1, null);
    assertEquals(3, known.count());
    known.forgotten(2);
    assertEquals(2, known.count());
  }

  @Test
  void isFullAtTheMaximum() {
    known.found(KnownNodes.MAX - 1, 1, null);
    assertFalse(known.isFull());
    known.found(KnownNodes.MAX, 1, null);
    assertTrue(known.isFull());
    known.forgotten(2);
    assertFalse(known.isFull());
  }

  @Test
  void dropsVanishedEntitiesOnce() {
    known.found(2, 1, null);
    known.found(3, 2, "/processes/7");
    known.found(4, 2, "/processes/8");
    known.found(5, 4, "/processes/8/threads/9");
    dropVanished();
    dropped.sort(null);
    assertEquals(List.of("2 7", "4 9"), dropped);
    dropped.clear();
    dropVanished();
    assertEquals(List.of(), dropped);
  }

  @Test
  void doesNotDropWhatTheKernelHasForgotten() {
    known.found(3, 2, "/processes/7");
    known.forgotten(3);
    dropVanished();
    assertEquals(List.of(), dropped);
  }
}
