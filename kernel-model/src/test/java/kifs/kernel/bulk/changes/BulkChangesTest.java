package kifs.kernel.bulk.changes;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.query.Query;
import kifs.kernel.record.BaselineRecord;
import kifs.kernel.record.ChangesRecord;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.simulated.SimulatedKernel;
import kifs.kernel.simulated.SimulatedProcess;
import kifs.testing.Bulks;
import kifs.testing.SimulatedStorm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A changed bulk, applied to the bulk before it, is the bulk after it. */
class BulkChangesTest {
  private static final int STEPS = 1_000;

  /** The kinds of records that the simulated kernel has. */
  private static final List<RecordType> TYPES =
      Records.ALL.stream()
          .filter(type -> type.isFixed() && !BaselineRecord.isBaseline(type))
          .filter(type -> type != ChangesRecord.TYPE && type != GoneRecord.TYPE)
          .filter(type -> type != TotalRecord.TYPE)
          .toList();

  private static final Query FEW =
      Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);

  private final VirtualClock clock = new VirtualClock();
  private final SimulatedKernel kernel = new SimulatedKernel(clock);
  private final ChunkPool pool = new ChunkPool(1L << 28, 0);

  @AfterEach
  void allMemoryCameBack() {
    assertEquals(0, pool.lentBytes());
  }

  /** Applies a changed bulk. The result replaces the table, which is released. */
  private Bulk apply(Bulk table, Bulk changed) throws BulkFormatException {
    try (table) {
      return BulkUpdate.apply(table, changed, pool);
    }
  }

  private Bulk collect(Query query) {
    return Bulks.collect(kernel, query);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 20})
  void manyAppliedOneAfterAnotherAreTheWhole(int pace) throws Exception {
    Query query = Query.of(TYPES);
    SimulatedStorm storm = new SimulatedStorm(kernel, pace);
    Bulk before = collect(query);
    Bulk table = before.retain();
    int changes = 0;
    for (int step = 1; step <= STEPS; step++) {
      storm.blow();
      clock.advance(10_000_000);
      if (step % pace != 0) {
        continue;
      }
      Bulk now = collect(query);
      try (Bulk old = before;
          Bulk changed = BulkDifference.between(old, now, pool)) {
        table = apply(table, changed);
        assertTrue(changed.size() <= now.size() + changed.count(GoneRecord.TYPE) * 48 + 200);
      }
      assertEquals(Bulks.lines(now), Bulks.lines(table), "step " + step);
      before = now;
      changes++;
    }
    assertEquals(STEPS / pace, changes);
    before.release();
    table.release();
  }

  @Test
  void recordedBytesDoAsBulksInMemoryDo() throws Exception {
    SimulatedStorm storm = new SimulatedStorm(kernel, 7);
    byte[] before = bytes(collect(Query.of(TYPES)));
    for (int step = 0; step < 50; step++) {
      storm.blow();
      byte[] now = bytes(collect(Query.of(TYPES)));
      byte[] changed = bytes(BulkDifference.between(reader(before), reader(now), pool));
      byte[] again = bytes(BulkUpdate.apply(reader(before), reader(changed), pool));
      assertEquals(Bulks.lines(reader(now)), Bulks.lines(reader(again)));
      assertArrayEquals(snapshot(now), snapshot(again));
      before = now;
    }
  }

  private static byte[] bytes(Bulk bulk) {
    try (bulk) {
      return Bulks.bytes(bulk);
    }
  }

  private static BulkReader reader(byte[] bytes) throws BulkFormatException {
    return new BulkReader(ByteBuffer.wrap(bytes));
  }

  /**
   * When and where a bulk was made; its size and its directory depend on which texts are shared.
   */
  private static byte[] snapshot(byte[] bulk) {
    ByteBuffer copy = ByteBuffer.allocate(SnapshotRecord.TYPE.size());
    copy.put(0, bulk, 0, SnapshotRecord.TYPE.size());
    return copy.putLong(SnapshotRecord.BYTES.offset(), 0)
        .putLong(SnapshotRecord.RECORDS.offset(), 0)
        .array();
  }

  @Test
  void onlyWhatDiffersIsInIt() throws Exception {
    kernel.spawn(100, "same").commandLine("x");
    SimulatedProcess other = kernel.spawn(200, "other").commandLine("y");
    kernel.spawn(300, "ends");
    try (Bulk before = collect(FEW)) {
      other.nice(5);
      kernel.simulated(300).exit(0);
      kernel.spawn(400, "new");
      clock.advance(1);
      try (Bulk now = collect(FEW);
          Bulk changed = BulkDifference.between(before, now, pool)) {
        assertTrue(BulkUpdate.isChanged(changed));
        assertFalse(BulkUpdate.isChanged(now));
        List<Long> pids = new ArrayList<>();
        changed.forEach(ProcessRecord.TYPE, p -> pids.add(p.get(ProcessRecord.PID)));
        assertEquals(List.of(200L, 400L), pids);
        assertEquals(1, changed.count(CommandRecord.TYPE));
        assertEquals(3, changed.count(GoneRecord.TYPE));
        Record gone = Bulks.records(changed, GoneRecord.TYPE).get(0);
        assertEquals(ProcessRecord.TYPE.tag(), gone.get(GoneRecord.KIND));
        assertEquals(300, gone.get(GoneRecord.PID));
        assertFalse(gone.has(GoneRecord.TID));
        assertTrue(gone.has(GoneRecord.START));
        Record changes = Bulks.records(changed, ChangesRecord.TYPE).get(0);
        assertEquals(
            before.snapshot().get(SnapshotRecord.SEQUENCE), changes.get(ChangesRecord.SINCE));
        assertEquals(
            now.snapshot().get(SnapshotRecord.SEQUENCE),
            changed.snapshot().get(SnapshotRecord.SEQUENCE));
      }
    }
  }

  @Test
  void anIdThatIsUsedAgainIsGoneAndNew() throws Exception {
    kernel.spawn(100, "same");
    try (Bulk before = collect(FEW)) {
      kernel.simulated(100).exit(0);
      clock.advance(1_000_000_000);
      kernel.spawn(100, "same");
      try (Bulk now = collect(FEW);
          Bulk changed = BulkDifference.between(before, now, pool)) {
        Record gone = Bulks.records(changed, GoneRecord.TYPE).get(0);
        Record process = Bulks.records(changed, ProcessRecord.TYPE).get(0);
        assertEquals(100, gone.get(GoneRecord.PID));
        assertTrue(gone.get(GoneRecord.START) < process.get(ProcessRecord.START));
        assertEquals(1, changed.count(ThreadRecord.TYPE));
        assertEquals(1, changed.count(CommandRecord.TYPE), "although it is equal to the old one");
        assertEquals(3, changed.count(GoneRecord.TYPE));
      }
    }
  }

  @Test
  void nothingChanged() throws Exception {
    new SimulatedStorm(kernel, 3).blow();
    kernel.clear();
    kernel.spawn(100, "sleeps").commandLine("sleep 1");
    try (Bulk before = collect(FEW);
        Bulk now = collect(FEW);
        Bulk changed = BulkDifference.between(before, now, pool)) {
      assertEquals(2, changed.snapshot().get(SnapshotRecord.RECORDS));
    }
  }

  @Test
  void aDifferenceFromAnotherBulkIsRefused() throws Exception {
    try (Bulk first = collect(FEW);
        Bulk second = collect(FEW);
        Bulk third = collect(FEW);
        Bulk changed = BulkDifference.between(second, third, pool)) {
      assertThrows(BulkFormatException.class, () -> BulkUpdate.apply(first, changed, pool));
      assertThrows(BulkFormatException.class, () -> BulkUpdate.apply(second, third, pool));
      BulkUpdate.apply(second, changed, pool).release();
    }
  }
}
