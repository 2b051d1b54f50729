package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kifs.fs.root.locks.DotGraph;
import kifs.fs.root.locks.WaitRow;
import kifs.fs.tree.Errno;
import kifs.kernel.record.WaitKind;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.kernel.simulated.SimulatedThread;
import kifs.kernel.simulated.figures.SimulatedWait;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code locks/} of a simulated kernel. */
class LocksTest {
  private static final String HEADER =
      "PID  TID  COMM  KIND  OBJECT  OWNER  OWNER-COMM  WAITS  DEADLOCK";

  @TempDir Path directory;
  private final Rig rig = new Rig();
  private final SimulatedProcess shop = rig.kernel.spawn(500, "shop");
  private final SimulatedThread one = shop.spawnThread(501, "mailer");
  private final SimulatedThread two = shop.spawnThread(502, "billing");

  @AfterEach
  void close() {
    rig.close();
  }

  private void deadlock() {
    one.blockedOn(SimulatedWait.MUTEX, 0x1000, 502);
    rig.clock.advance(1_500_000_000L);
    two.blockedOn(SimulatedWait.RWLOCK, 0x2000, 501);
    rig.clock.advance(2_000_000_000L);
  }

  /** The lines of a file, with one blank between words. */
  private List<String> lines(String name) {
    return rig.read("locks/" + name).lines().map(line -> line.replaceAll(" +", " ")).toList();
  }

  private static List<String> words(String... lines) {
    return List.of(lines).stream().map(line -> line.replaceAll(" +", " ")).toList();
  }

  @Test
  void withoutWaitsTheTablesAreEmpty() {
    assertEquals(words(HEADER), lines("waits"));
    assertEquals("", rig.read("locks/deadlocks"));
    assertEquals("0\n", rig.read("locks/deadlock.count"));
    assertTrue(rig.read("locks/graph.dot").contains("no deadlock"));
  }

  @Test
  void waits() {
    rig.kernel.spawn(600, "a b\nc").thread().blockedOn(SimulatedWait.FUTEX, 0x30, 0);
    rig.kernel.spawn(700, "bash").thread().blockedOn(SimulatedWait.CHILD, 500, 500);
    deadlock();
    assertEquals(
        words(
            HEADER,
            "500 501 mailer mutex 0x1000 500/502 billing 3.500 1",
            "500 502 billing rwlock 0x2000 500/501 mailer 2.000 1",
            "600 600 a\\x20b\\nc futex 0x30 - - 3.500 -",
            "700 700 bash child pid:500 500 shop 3.500 -"),
        lines("waits"));
  }

  @Test
  void deadlocks() {
    shop.spawnThread(503, "late").blockedOn(SimulatedWait.MUTEX, 0x1000, 502);
    deadlock();
    assertEquals(
        words(
            "DEADLOCK PART PID TID COMM HOLDS WANTS KIND WANTS-IN OF OF-COMM WAITS",
            "1 member 500 501 mailer 0x2000 0x1000 mutex [heap] 500/502 billing 3.500",
            "1 member 500 502 billing 0x1000 0x2000 rwlock [heap] 500/501 mailer 2.000",
            "1 behind 500 503 late - 0x1000 mutex [heap] 500/502 billing 3.500"),
        lines("deadlocks"));
    assertEquals("1\n", rig.read("locks/deadlock.count"));
    one.runs();
    assertEquals("", rig.read("locks/deadlocks"));
  }

  @Test
  void theGraphOfADeadlock() throws Exception {
    deadlock();
    String dot = rig.read("locks/graph.dot");
    assertTrue(dot.contains("1 deadlock"), dot);
    assertTrue(dot.contains("subgraph cluster_1"), dot);
    assertTrue(dot.contains("mutex 0x1000") && dot.contains("for 3.5 s"), dot);
    assertTrue(dot.contains("held by 500/502"), dot);
    String svg = svg(dot);
    assertTrue(svg.contains("mailer") && svg.contains("deadlock 1"), svg);
  }

  @Test
  void namesInTheGraphAreData() throws Exception {
    String evil = "\"];}\\N<b>\u00ff";
    rig.kernel.spawn(600, evil).thread().blockedOn(SimulatedWait.MUTEX, 0x30, 500);
    String svg = svg(rig.read("locks/graph.dot"));
    assertTrue(svg.contains("&quot;];}\\\\N&lt;b&gt;"), svg);
  }

  @Test
  void aThousandWaitersAreReadable() throws Exception {
    List<WaitRow> rows = new ArrayList<>();
    for (int tid = 1; tid <= 1000; tid++) {
      rows.add(row(100, 1000 + tid, 0x1000L * (1 + tid % 4), 100 + tid % 4, 0));
    }
    rows.add(row(100, 100, 0x5000, 101, 7));
    rows.add(row(100, 101, 0x6000, 100, 7));
    String dot = DotGraph.text(rows, 60_000_000_000L);
    long nodes = dot.lines().filter(line -> line.matches(" +n\\d+ \\[.*")).count();
    assertTrue(nodes <= 8, nodes + " nodes");
    assertTrue(dot.contains("250 threads of 100"), dot);
    assertTrue(svg(dot).contains("deadlock 7"));
  }

  /** The pairs are not connected with each other, and differ only in ids. */
  @Test
  void pairsThatAreAlikeAreDrawnOnce() throws Exception {
    List<WaitRow> rows = new ArrayList<>();
    for (int pid = 1; pid <= 500; pid++) {
      rows.add(row(pid, 1000 + pid, 0x1000, 2000 + pid, 0));
      rows.add(row(pid, 3000 + pid, 0x1000, 2000 + pid, 0));
    }
    rows.add(row("other", 600, 1600, 0x1000, 2600, 0));
    // One chain has another blocked thread in between, and two pairs are deadlocks.
    rows.add(row(601, 1601, 0x1000, 2601, 0));
    rows.add(row(601, 2601, 0x2000, 3601, 0));
    for (int pid = 700; pid < 702; pid++) {
      rows.add(row(pid, 1000 + pid, 0x1000, 2000 + pid, pid));
      rows.add(row(pid, 2000 + pid, 0x2000, 1000 + pid, pid));
    }
    String dot = DotGraph.text(rows, 60_000_000_000L);
    long nodes = dot.lines().filter(line -> line.matches(" +n\\d+ \\[.*")).count();
    assertEquals(2 + 2 + 3 + 2 * 2, nodes, dot);
    assertTrue(dot.contains("one of 500 groups that look alike:"), dot);
    assertTrue(svg(dot).contains("deadlock 701"));
  }

  private static WaitRow row(int pid, int tid, long object, int owner, long deadlock) {
    return row("worker", pid, tid, object, owner, deadlock);
  }

  private static WaitRow row(String name, int pid, int tid, long object, int owner, long deadlock) {
    return new WaitRow(
        new WaitRow.Waiter(pid, tid, name),
        new WaitRow.Awaited(WaitKind.MUTEX, 0, object, 0, 0, 0, null),
        new WaitRow.Owner(pid, owner, "worker"),
        tid * 10_000_000L,
        new WaitRow.Deadlocked(deadlock, 0));
  }

  /** Draws a graph by Graphviz, which must not complain. */
  private String svg(String dot) throws IOException, InterruptedException {
    Path file = directory.resolve("graph.dot");
    Files.writeString(file, dot, StandardCharsets.ISO_8859_1);
    Path complaints = directory.resolve("complaints");
    Process process =
        new ProcessBuilder("dot", "-Tsvg", file.toString())
            .redirectError(complaints.toFile())
            .start();
    String svg = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    assertEquals("", Files.readString(complaints));
    assertEquals(0, process.exitValue());
    return svg;
  }

  @Test
  void aPassIsMadeOnlyForAReader() {
    deadlock();
    long before = rig.kernel.passes();
    rig.open("locks/waits").release();
    rig.open("locks/bulk").release();
    assertEquals(before, rig.kernel.passes(), "an open makes a pass");
    rig.read("locks/waits");
    assertEquals(before + 1, rig.kernel.passes());
  }

  @Test
  void bulks() {
    deadlock();
    assertTrue(rig.read("locks/bulk").startsWith("\u0001\0"));
    assertTrue(rig.read("bulk?tags=wait").length() > 400);
    assertTrue(rig.read("processes/500/bulk?tags=wait").length() > 400);
    String other = rig.read("locks/bulk?pid=1");
    assertFalse(other.contains("mailer"));
    assertEquals(Errno.EINVAL, rig.errno("locks/bulk?tags=process"));
  }

  @Test
  void aDeadlockIsReported() {
    assertEquals(Errno.ENOENT, rig.errno("locks/notify/rss/above/1"));
    assertEquals(Errno.EINVAL, rig.errno("locks/notify/deadlock/occurs/1"));
    assertEquals(Errno.ENOENT, rig.errno("locks/notify/deadlock/above/1"));
    var file = rig.open("locks/notify/deadlock/occurs/any", Rig.NON_BLOCKING);
    rig.pass(500 * Rig.MS);
    deadlock();
    rig.pass(500 * Rig.MS);
    String event = Rig.read(file, 0);
    assertTrue(event.contains(" entity=locks pid=500 tid=501 uid=0 comm=mailer "), event);
    file.release();
  }

  @Test
  void aThreadHasItsWait() {
    deadlock();
    assertEquals("rwlock\n", rig.read("processes/500/threads/502/wait"));
    assertEquals("0x2000\n", rig.read("processes/500/threads/502/wait.on"));
    assertEquals("501\n", rig.read("processes/500/threads/502/wait.owner"));
  }
}
