package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.OpenFile;
import kifs.fs.tree.Usage;
import kifs.notifier.NotifierOptions;
import kifs.testing.Await;
import kifs.testing.Project;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code about}, its table, and the document that shows the table. */
class AboutTest {
  /** No kernel and no client holds anything of this tree. */
  static final Usage USAGE = new Usage(3, 50, 2, 60, 6);

  private final Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
  }

  private String text() {
    Kernel kernel = new Kernel(rig.kernel, rig.snapshots, rig.notifier, rig.access);
    return new About(kernel, "1", "direct", NotifierOptions.DEFAULT, List.of("odd"), () -> USAGE)
        .text();
  }

  private Map<String, String> values() {
    return text()
        .lines()
        .collect(
            Collectors.toMap(
                line -> line.replaceAll("=.*", ""),
                line -> line.replaceFirst("[^=]*=", ""),
                (a, b) -> a));
  }

  @Test
  void theDocumentHasTheTable() throws IOException {
    Path document = Project.ROOT.resolve("docs/about.md");
    List<String> rows =
        Files.readAllLines(document).stream().filter(line -> line.startsWith("| `")).toList();
    assertEquals(
        AboutLine.ALL.stream()
            .map(l -> "| `%s` | %s | %s |".formatted(l.name(), l.unit(), l.meaning()))
            .toList(),
        rows);
  }

  @Test
  void showsEachLineOnceInTheOrderOfTheTable() {
    List<String> all =
        AboutLine.ALL.stream()
            .map(AboutLine::name)
            .filter(name -> !name.equals("bpf.NAME") && !name.equals("unreadable"))
            .toList();
    List<String> shown = text().lines().map(line -> line.replaceAll("=.*", "")).distinct().toList();
    assertEquals(all, shown);
  }

  @Test
  void showsWaitersOfUsersWithTheBounds() {
    OpenFile one = rig.open("system/notify/load/above/1000", Rig.NON_BLOCKING);
    OpenFile other = rig.open("system/notify/load/above/2000", Rig.NON_BLOCKING);
    assertEquals("2", values().get("waiters"));
    assertEquals("0:2", values().get("waiters.users"));
    assertEquals("16384", values().get("waiters.max"));
    assertEquals("8192", values().get("waiters.max.user"));
    one.release();
    other.release();
    assertEquals("", values().get("waiters.users"));
  }

  @Test
  void showsWhatClientsHoldWithTheBounds() {
    Map<String, String> values = values();
    assertEquals("3", values.get("names"));
    assertEquals("50", values.get("names.max"));
    assertEquals("2", values.get("files"));
    assertEquals("60", values.get("files.max"));
    assertEquals("6", values.get("files.max.user"));
    assertEquals("100663296", values.get("snapshots.bytes.max.user"));
  }

  @Test
  void showsQueuedEvents() {
    rig.kernel.spawn(100, "java").fds(3);
    OpenFile file = rig.open("processes/each/notify/fds/above/2", Rig.NON_BLOCKING);
    rig.pass(Rig.SECOND);
    assertEquals("1", values().get("events.queued"));
    assertEquals("100000", values().get("events.queued.max"));
    assertEquals("0", values().get("events.lost"));
    file.release();
    assertEquals("0", values().get("events.queued"));
  }

  @Test
  void showsTheSnapshotsThatOpenFilesHold() {
    rig.kernel.spawn(100, "java");
    OpenFile file = rig.open("processes/bulk");
    Rig.read(file, 0);
    Await.until("the pass has released it", () -> rig.pool.bulks() == 1);
    assertEquals("1", values().get("snapshots.held"));
    assertTrue(Long.parseLong(values().get("snapshots.bytes")) > 0);
    assertTrue(Long.parseLong(values().get("snapshots.bytes.max")) > 0);
    file.release();
    assertEquals("0", values().get("snapshots.held"));
    assertEquals("0", values().get("snapshots.bytes"));
  }

  @Test
  void showsMemoryByKind() {
    Map<String, String> values = values();
    for (String name : List.of("memory", "memory.heap", "memory.heap.max", "memory.files")) {
      assertTrue(Long.parseLong(values.get(name)) > 1 << 20, () -> name + "=" + values.get(name));
    }
    assertEquals("3", values.get("names"));
    assertEquals("50", values.get("names.max"));
  }
}
