package kifs.fs.root;

import static kifs.testing.SimulatedRig.MIB;
import static kifs.testing.SimulatedRig.SECOND;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import kifs.fs.access.AccessOptions;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.Record;
import kifs.kernel.simulated.SimulatedProcess;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

/** What the tree shows of the history of a simulated kernel. */
class HistoryTest {
  private static final int READY = 1_700;

  private final Rig rig = new Rig(AccessOptions.DEFAULT, SECOND);
  private final Caller other = new Caller(2000, 2000, 1);
  private SimulatedProcess process;

  @BeforeEach
  void begin() {
    process = rig.kernel.spawn(500, "<busy & idle>").uid(1000).gid(1000).rss(50 * MIB).cpu(10);
    process.spawnThread(501, "worker");
  }

  @AfterEach
  void close() {
    rig.close();
  }

  private void pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      rig.notifier.turn();
      rig.clock.advance(SECOND);
    }
    rig.notifier.turn();
  }

  private void runAway() {
    pass(READY);
    process.cpu(97).io(100 * MIB, 0);
    pass(10);
  }

  /** Reads far more than usual, and does nothing else. */
  private void readMuch() {
    pass(READY);
    process.io(900 * MIB, 0);
    pass(10);
  }

  private List<String> row(String table) {
    List<String> rows = rig.read(table).lines().toList();
    assertEquals(2, rows.size(), rows::toString);
    return Arrays.asList(rows.get(1).split(" +"));
  }

  @Test
  void theTablesNameMetricValueAndUsualRange() {
    assertEquals(1, rig.read("unusual/processes").lines().count());
    runAway();
    List<String> row = row("unusual/processes");
    assertTrue(Double.parseDouble(row.get(0)) >= 6, row::toString);
    rig.become(other);
    row = row("unusual/processes");
    assertEquals(List.of("cpu", "97%", "10%", "500", "1000"), row.subList(1, 6));
    assertEquals(
        List.of("cpu", "97%", "10%", "500", "500", "1000"), row("unusual/threads").subList(1, 7));
  }

  @Test
  void onlyThoseWhoMaySeeTheProcessGetItsIo() {
    readMuch();
    String csv = rig.read("processes/500/history");
    assertTrue(
        csv.startsWith("time,seconds,cpu,rss,rss.rate,faults.major,faults.minor,io.read"), csv);
    assertTrue(rig.read("unusual/processes").contains("io.read"), rig.read("unusual/processes"));
    assertTrue(rig.read("processes/500/stat").contains("unusual.io="));
    assertTrue(rig.read("processes/500/history.svg").contains("io.read"));
    rig.become(other);
    for (String file : List.of("history", "history.svg", "stat")) {
      String text = rig.read("processes/500/" + file);
      assertFalse(text.contains("io.read"), text);
      assertFalse(text.contains("unusual.io"), text);
    }
    for (String file : List.of("processes", "threads", "report.svg")) {
      assertFalse(rig.read("unusual/" + file).contains("500"), file);
    }
    process.cpu(97);
    pass(10);
    for (String file : List.of("processes", "threads", "report.svg")) {
      String text = rig.read("unusual/" + file);
      assertFalse(text.contains("io.read"), text);
      assertTrue(text.contains("cpu"), text);
    }
    assertEquals(Errno.EACCES, rig.errno("processes/500/unusual.io"));
    assertEquals(Errno.EACCES, rig.errno("processes/500/notify/unusual.io/above/6"));
    assertEquals(null, rig.errno("processes/500/notify/unusual/above/6"));
  }

  @Test
  void theHistoryIsACsvWithTheNewestLast() {
    pass(100);
    process.cpu(55);
    pass(2);
    List<String> lines = rig.read("processes/500/history").lines().toList();
    String[] header = lines.get(0).split(",");
    for (String line : lines) {
      assertEquals(header.length, line.split(",", -1).length, line);
    }
    String[] last = lines.get(lines.size() - 1).split(",", -1);
    String[] first = lines.get(1).split(",", -1);
    assertEquals("55", last[2].substring(0, 2));
    assertEquals("1", last[1]);
    assertTrue(Double.parseDouble(first[1]) > 30, first[1]);
    assertEquals(50 * MIB, Double.parseDouble(last[3]), 0.002 * 50 * MIB);
    assertTrue(first[0].compareTo(last[0]) < 0, first[0] + " " + last[0]);
    String[] ofThread =
        rig.read("processes/500/threads/500/history").lines().toList().get(0).split(",");
    assertEquals("switches.voluntary", ofThread[3]);
  }

  @Test
  void thePicturesAreXml() throws Exception {
    runAway();
    for (String file : List.of("processes/500/history.svg", "unusual/report.svg")) {
      byte[] text = rig.read(file).getBytes(StandardCharsets.ISO_8859_1);
      Document picture =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(text));
      assertEquals("svg", picture.getDocumentElement().getTagName());
      assertTrue(picture.getElementsByTagName("path").getLength() > 2, file);
    }
    String report = rig.read("unusual/report.svg");
    assertTrue(report.contains("&lt;busy &amp; idle&gt; (500): "), report);
  }

  @Test
  void bulkHasBaselinesAndRedactsThoseOfIo() {
    runAway();
    Query query = Query.of(BaselineRecord.PROCESS.type(), BaselineRecord.THREAD.type());
    BaselineRecord type = BaselineRecord.PROCESS;
    for (boolean seesAll : List.of(true, false)) {
      Caller caller = seesAll ? Rig.CALLER : other;
      try (Bulk bulk = Rig.done(rig.snapshots.takeShared(query, rig.access.viewer(caller)))) {
        assertEquals(1, bulk.count(type.type()));
        assertEquals(2, bulk.count(BaselineRecord.THREAD.type()));
        Record record = Record.allocate(type.type());
        bulk.forEach(type.type(), record::copy);
        assertEquals(500, record.get(type.pid()));
        assertEquals("cpu", record.text(type.open().metric()));
        assertEquals(97, record.getDouble(type.open().now()), 0.1);
        assertEquals(10, record.getDouble(type.open().high()), 0.1);
        assertTrue(record.getDouble(type.open().score()) >= 6);
        assertEquals(seesAll, record.has(type.guarded().score()));
        assertEquals(seesAll ? "io.read" : "", record.text(type.guarded().metric()));
        assertEquals(seesAll ? 0 : Record.REDACTED, record.flags() & Record.REDACTED);
      }
    }
    assertTrue(rig.read("processes/500/bulk?tags=baseline").length() > 200);
    assertEquals(
        rig.read("bulk?tags=baseline&pid=500").length(), rig.read("bulk?tags=baseline").length());
    assertTrue(
        rig.read("bulk?tags=baseline&pid=7").length() < rig.read("bulk?tags=baseline").length());
  }

  @Test
  void cpuIsThatOfTheLastSecond() {
    pass(60);
    process.cpu(80);
    pass(2);
    assertEquals("80.00\n", rig.read("processes/500/cpu"));
    assertEquals("1.0\n", rig.read("processes/500/cpu.window"));
    assertEquals("80.00\n", rig.read("processes/500/threads/500/cpu"));
  }

  @Test
  void hogsHaveRates() {
    pass(60);
    process.rssGrowth(3 * MIB).io(2 * MIB, MIB);
    pass(2);
    List<String> growth = row("hogs/memory.growth");
    assertEquals(3 * MIB, Double.parseDouble(growth.get(2)), 1000);
    List<String> io = row("hogs/io");
    assertEquals(2 * MIB, Double.parseDouble(io.get(2)), 1000);
    assertEquals(MIB, Double.parseDouble(io.get(3)), 1000);
    rig.become(other);
    assertEquals(1, rig.read("hogs/io").lines().count());
    assertEquals(List.of("1000", "1", "2", "10.00"), row("hogs/users").subList(0, 4));
  }

  @Test
  void switchesOfAllThreadsAddUp() {
    process.spawnThread(502, "switcher").switches(300, 20);
    process.thread(501).switches(100, 0);
    pass(10);
    rig.read("hogs/switches");
    process.thread(501).switches(500, 0);
    pass(4);
    List<String> row = row("hogs/switches");
    assertEquals(List.of("500", "1000", "800", "20"), row.subList(0, 4));
    assertEquals(4000 + 2000 + 200 + 1200 + 80, Integer.parseInt(row.get(4)), 500);
    process.thread(502).exit();
    process.thread(501).switches(0, 0);
    pass(1);
    rig.read("hogs/switches");
    pass(2);
    assertEquals(List.of("0", "0"), row("hogs/switches").subList(2, 4));
  }

  @Test
  void aTableHasAsManyRowsAsAreAskedFor() {
    for (int i = 0; i < 150; i++) {
      rig.kernel.spawn("p" + i).cpu(1);
    }
    pass(2);
    assertEquals(101, rig.read("hogs/cpu").lines().count());
    assertEquals(21, rig.read("hogs/cpu?top=20").lines().count());
    assertEquals(152, rig.read("hogs/programs?top=500").lines().count());
    assertEquals(Errno.EINVAL, rig.errno("hogs/cpu?top=0"));
    assertEquals(Errno.EINVAL, rig.errno("hogs/cpu?top=x"));
    assertEquals(Errno.ENOENT, rig.errno("hogs/nothing?top=2"));
  }

  @Test
  void withoutAHistoryThereAreNoFilesOfIt() {
    rig.close();
    try (Rig plain = new Rig()) {
      plain.kernel.spawn(500, "busy").cpu(10);
      assertEquals(Errno.ENOENT, plain.errno("processes/500/history"));
      assertEquals(Errno.ENODATA, plain.errno("processes/500/notify/unusual/above/6"));
      assertTrue(plain.read("processes/500/stat").contains("unusual=-"));
      assertEquals(1, plain.read("unusual/processes").lines().count());
    }
  }
}
