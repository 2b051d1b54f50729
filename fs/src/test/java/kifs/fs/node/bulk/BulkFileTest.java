package kifs.fs.node.bulk;

import static kifs.fs.root.Rig.readOnce;
import static kifs.fs.root.Rig.write;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import kifs.fs.root.Rig;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SnapshotRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BulkFileTest {
  private static final int BLOCK = 1 << 16;

  private final Rig rig = new Rig();
  private OpenFile file;

  @BeforeEach
  void open() {
    rig.kernel.spawn(100, "java").uid(7).threads(50);
    rig.kernel.spawn(200, "bash").uid(8);
    file = rig.open("bulk", Rig.PLAIN);
  }

  @AfterEach
  void release() {
    file.release();
    rig.close();
  }

  private byte[] readAll(long from, int maxBytes) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[] part = readOnce(file, from, maxBytes);
    while (part.length > 0) {
      all.writeBytes(part);
      part = readOnce(file, from + all.size(), maxBytes);
    }
    return all.toByteArray();
  }

  private static BulkReader reader(byte[] bytes) {
    try {
      BulkReader reader = new BulkReader(ByteBuffer.wrap(bytes));
      assertEquals(bytes.length, reader.snapshot().get(SnapshotRecord.BYTES));
      return reader;
    } catch (BulkFormatException e) {
      throw new AssertionError(bytes.length + " bytes", e);
    }
  }

  private static List<Long> pids(byte[] bytes) {
    TreeSet<Long> pids = new TreeSet<>();
    reader(bytes).forEach(ProcessRecord.TYPE, p -> pids.add(p.get(ProcessRecord.PID)));
    return List.copyOf(pids);
  }

  private static long sequence(byte[] bytes) {
    return reader(bytes).snapshot().get(SnapshotRecord.SEQUENCE);
  }

  @Test
  void eachReadFromTheBeginningIsAFreshSnapshot() {
    byte[] first = readAll(0, BLOCK);
    rig.kernel.spawn(300, "new");
    byte[] second = readAll(0, BLOCK);
    assertEquals(List.of(100L, 200L), pids(first));
    assertEquals(List.of(100L, 200L, 300L), pids(second));
    assertEquals(sequence(first) + 1, sequence(second));
    assertEquals(2, rig.kernel.passes());
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 4096, BLOCK})
  void readsElsewhereContinueTheSnapshot(int maxBytes) {
    byte[] begin = readOnce(file, 0, 100);
    rig.kernel.spawn(300, "new");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(begin);
    all.writeBytes(readAll(begin.length, maxBytes));
    assertEquals(List.of(100L, 200L), pids(all.toByteArray()));
    assertEquals(1, rig.kernel.passes());
    byte[] again = readOnce(file, 8, 92);
    assertArrayEquals(Arrays.copyOfRange(begin, 8, 100), again, "reads in any order");
  }

  @Test
  void theFirstReadMayBeElsewhere() {
    byte[] tail = readOnce(file, 100, BLOCK);
    byte[] all = new byte[100 + tail.length];
    System.arraycopy(tail, 0, all, 100, tail.length);
    assertTrue(tail.length > 0);
    assertEquals(1, rig.kernel.passes());
    byte[] begin = readOnce(file, 0, BLOCK);
    assertEquals(all.length, begin.length);
  }

  @Test
  void aReadPastTheEndReturnsNothing() {
    int size = readAll(0, BLOCK).length;
    assertEquals(0, readOnce(file, size, BLOCK).length);
    assertEquals(0, readOnce(file, size + 1_000_000_000_000L, BLOCK).length);
    assertEquals(1, rig.kernel.passes());
  }

  /**
   * A script runs {@code exec 3<>bulk}, writes its query to fd 3, and has cat read from fd 3. The
   * write and the read share one offset.
   */
  @Test
  void aShellReadsOnFromWhereItsQueryEnded() {
    long at = write(file, 0, "uid=8\n");
    assertEquals(6, at);
    byte[] filtered = readAll(at, 1000);
    assertEquals(List.of(200L), pids(filtered));
    at += filtered.length;
    int length = write(file, at, "uid=7\n");
    assertEquals(List.of(100L), pids(readAll(at + length, BLOCK)));
    assertEquals(2, rig.kernel.passes());
  }

  @Test
  void aQueryFiltersWhatIsReadFromTheBeginning() {
    assertEquals(5, write(file, 0, "uid=7"));
    assertEquals(List.of(100L), pids(readAll(0, BLOCK)));
    assertEquals(
        List.of(100L), pids(readAll(0, BLOCK)), "the filter also applies to later snapshots");
    write(file, 0, "comm=bash\n");
    assertEquals(List.of(200L), pids(readAll(0, BLOCK)));
  }

  @Test
  void aBadQueryChangesNothing() {
    write(file, 0, "uid=8\n");
    for (String bad : List.of("nonsense\n", "uid=x", "tags=nothing", "uid=7&uid=8", "%")) {
      FsException e = assertThrows(FsException.class, () -> write(file, 0, bad), bad);
      assertEquals(Errno.EINVAL, e.errno(), bad);
    }
    assertEquals(List.of(200L), pids(readAll(0, BLOCK)));
  }

  @Test
  void anEmptyLineRemovesTheFilter() {
    write(file, 0, "uid=8\n");
    assertEquals(List.of(200L), pids(readAll(0, BLOCK)));
    write(file, 0, "\n");
    assertEquals(List.of(100L, 200L), pids(readAll(0, BLOCK)));
  }

  @Test
  void anEmptyLineRemovesTheFilterOfTheName() {
    file.release();
    file = rig.open("bulk?uid=8", Rig.PLAIN);
    assertEquals(List.of(200L), pids(readAll(0, BLOCK)));
    write(file, 0, " \n");
    assertEquals(List.of(100L, 200L), pids(readAll(0, BLOCK)));
  }

  /**
   * The filter applies to the next snapshot. A reader in the middle of a snapshot reads it to its
   * end.
   */
  @Test
  void aQueryDoesNotDisturbTheSnapshotThatIsBeingRead() {
    byte[] begin = readOnce(file, 0, 1000);
    write(file, 0, "uid=8\n");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(begin);
    all.writeBytes(readAll(begin.length, BLOCK));
    assertEquals(List.of(100L, 200L), pids(all.toByteArray()));
    assertEquals(1, rig.kernel.passes());
    assertEquals(List.of(200L), pids(readAll(0, BLOCK)));
  }

  @Test
  void memoryIsHeldUntilTheRelease() {
    assertEquals(0, rig.pool.lentBytes());
    readOnce(file, 0, 10);
    long held = rig.pool.lentBytes();
    assertNotEquals(0, held);
    readOnce(file, 0, 10);
    rig.awaitLent(held);
    OpenFile other = rig.open("bulk", Rig.PLAIN);
    readOnce(other, 0, 10);
    rig.awaitLent(2 * held);
    other.release();
    rig.awaitLent(held);
    file.release();
    rig.awaitLent(0);
  }

  @Test
  void aBulkOfAVanishedProcessIsESRCH() {
    OpenFile one = rig.open("processes/200/bulk", Rig.PLAIN);
    assertEquals(List.of(200L), pids(readOnce(one, 0, BLOCK)));
    rig.kernel.simulated(200).exit(0);
    FsException e = assertThrows(FsException.class, () -> readOnce(one, 0, BLOCK));
    assertEquals(Errno.ESRCH, e.errno());
    one.release();
  }
}
