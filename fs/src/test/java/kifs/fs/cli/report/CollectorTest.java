package kifs.fs.cli.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Origin;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;
import kifs.testing.Bulks;
import org.junit.jupiter.api.Test;

class CollectorTest {
  private static final long SECOND = 1_000_000_000L;

  private final Collector collector = new Collector(List.of());

  /** Takes a bulk of that second, with a deadlock of two threads or without one. */
  private void take(long second, boolean isDeadlocked, long kills, long boot, double cpuS)
      throws BulkFormatException {
    try (BulkBuilder builder =
        new BulkBuilder(
            new ChunkPool(1 << 24, 0),
            List.of(SystemRecord.TYPE, ProcessRecord.TYPE, WaitRecord.TYPE))) {
      Record system = builder.append(SystemRecord.TYPE);
      system.set(SystemRecord.OOM_KILLS, kills);
      Record process = builder.append(ProcessRecord.TYPE);
      process.set(ProcessRecord.PID, 7);
      process.set(ProcessRecord.START, SECOND);
      process.set(ProcessRecord.RUNTIME, (long) (cpuS * SECOND));
      process.setText(ProcessRecord.COMM, "shop");
      for (int tid = 8; isDeadlocked && tid <= 9; tid++) {
        Record wait = builder.append(WaitRecord.TYPE);
        wait.set(WaitRecord.WAITER_PID, 7);
        wait.set(WaitRecord.WAITER_TID, tid);
        wait.set(WaitRecord.OWNER_PID, 7);
        wait.set(WaitRecord.OWNER_TID, 17 - tid);
        wait.set(WaitRecord.DEADLOCK, 3);
        wait.set(WaitRecord.KIND, WaitKind.PI_MUTEX.code());
        wait.setText(WaitRecord.WAITER_COMM, "t<" + tid);
      }
      Host host = new Host("tiny", new UUID(1, boot), 4096, 2);
      Origin origin = new Origin(4, second, second * SECOND, second * SECOND, host);
      try (Bulk bulk = builder.finish(origin, 0)) {
        collector.take(new BulkReader(ByteBuffer.wrap(Bulks.bytes(bulk))));
      }
    }
  }

  private static List<String> events(String page) {
    return Pattern.compile("<time>.*T00:00:(\\d\\d)Z</time> (.*)</li>")
        .matcher(page)
        .results()
        .map((MatchResult event) -> event.group(1) + " " + event.group(2))
        .toList();
  }

  @Test
  void eventsStandInTheOrderInWhichTheyHappened() throws BulkFormatException {
    take(1, false, 5, 1, 0);
    take(2, true, 5, 1, 0.5);
    take(3, true, 7, 1, 1);
    take(4, false, 7, 1, 1.5);
    collector.gap(5 * SECOND, 3 * SECOND, "restarted");
    take(9, false, 0, 2, 0);
    String page = collector.page("a");
    assertEquals(
        List.of(
            "02 Deadlock 3 began",
            "03 The OOM killer ended 2 processes",
            "04 Deadlock 3 ended",
            "05 Nothing was recorded for 3.00s: restarted",
            "09 The host was restarted"),
        events(page));
    assertTrue(page.contains("shop (7)</td><td class=\"n\">1.50s</td>"), () -> page);
  }

  @Test
  void aDeadlockHasAPictureWithAnArrowForEachWait() throws BulkFormatException {
    take(1, true, 0, 1, 0);
    take(2, true, 0, 1, 0);
    String page = collector.page("a");
    assertEquals(List.of("01 Deadlock 3 was there before the recording"), events(page));
    assertEquals(2, page.split("class=\"edge\"", -1).length - 1);
    assertTrue(page.contains(">t&lt;8 7/8</text>"), () -> page);
    assertTrue(page.contains(">pi-mutex</text>"), () -> page);
    assertFalse(page.contains("t<8"), () -> page);
  }

  @Test
  void whereNothingHappenedThePageSaysSo() throws BulkFormatException {
    take(1, false, 0, 1, 0);
    assertTrue(collector.page("a").contains("Nothing stands out"));
  }
}
