package kifs.fs.node.bulk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Origin;
import kifs.kernel.bulk.changes.BulkUpdate;
import kifs.kernel.clock.VirtualClock;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.simulated.SimulatedKernel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * The memory of the last bulks of readers is bounded, and used for other bulks when it is needed.
 */
class LastBulkTest {
  private static final int CHUNKS = 5;

  /** Records that fill one chunk, but for less than a record. */
  private static final int RECORDS = ChunkPool.CHUNK_BYTES / ProcessRecord.TYPE.size();

  private final ChunkPool pool = new ChunkPool((long) CHUNKS * ChunkPool.CHUNK_BYTES, 0);
  private final Host host = new SimulatedKernel(new VirtualClock()).host();
  private final LastBulk reader = new LastBulk();
  private int sequence;

  @AfterEach
  void allMemoryCameBack() {
    reader.forget();
    assertEquals(0, pool.lentBytes());
    assertEquals(0, pool.bulks());
  }

  private Bulk whole(int nice) {
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      for (int pid = 1; pid <= RECORDS; pid++) {
        Record record = builder.append(ProcessRecord.TYPE);
        record.set(ProcessRecord.PID, pid);
        record.set(ProcessRecord.NICE, pid == 1 ? nice : 0);
      }
      return builder.finish(new Origin(4, ++sequence, 0, 0, host), 0);
    }
  }

  private boolean isNextChanged(LastBulk of, int nice) {
    try (Bulk next = of.next(whole(nice))) {
      return BulkUpdate.isChanged(next);
    }
  }

  @Test
  void theFirstIsWholeAndTheNextIsChanged() {
    assertFalse(isNextChanged(reader, 0));
    assertTrue(isNextChanged(reader, 1));
    assertEquals(ChunkPool.CHUNK_BYTES, pool.lentBytes(), "only the last whole bulk is kept");
    reader.forget();
    assertEquals(0, pool.lentBytes());
    assertFalse(isNextChanged(reader, 2));
  }

  @Test
  void theReaderWhoHasReadLongestAgoGivesItsMemoryUp() {
    LastBulk slow = new LastBulk();
    LastBulk other = new LastBulk();
    assertFalse(isNextChanged(slow, 0));
    assertFalse(isNextChanged(reader, 0));
    assertFalse(isNextChanged(other, 0));
    List<Bulk> open = List.of(whole(0), whole(0), whole(0));
    open.forEach(Bulk::release);
    assertFalse(isNextChanged(slow, 1), "it has read longest ago");
    assertTrue(isNextChanged(other, 1));
    slow.forget();
    other.forget();
  }

  @Test
  void whereAllChangesTheWholeIsGiven() {
    assertFalse(isNextChanged(reader, 0));
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, RECORDS + 1);
      Bulk small = builder.finish(new Origin(4, ++sequence, 0, 0, host), 0);
      try (Bulk next = reader.next(small)) {
        assertFalse(BulkUpdate.isChanged(next), "so many GONE are more than one record");
      }
    }
  }
}
