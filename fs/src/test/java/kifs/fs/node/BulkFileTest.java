package kifs.fs.node;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static kifs.fs.node.SimulatedTree.read;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.ThreadRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BulkFileTest {
  private final SimulatedTree tree = new SimulatedTree();

  @BeforeEach
  void spawn() {
    tree.kernel.spawn(1, "init");
    tree.kernel.spawn(42, "many").threads(5);
  }

  @AfterEach
  void close() throws InterruptedException {
    // A pass gives its own reference back after its readers have theirs.
    long deadline = System.nanoTime() + 10_000_000_000L;
    while (tree.pool.lentBytes() > 0 && System.nanoTime() < deadline) {
      Thread.sleep(1);
    }
    assertEquals(0, tree.pool.lentBytes(), "bytes of snapshots that nobody reads");
    tree.close();
  }

  private static BulkReader bulk(String bytes) throws BulkFormatException {
    return new BulkReader(ByteBuffer.wrap(bytes.getBytes(ISO_8859_1)));
  }

  private static int write(OpenFile file, long offset, String query) {
    return file.write(offset, ByteBuffer.wrap(query.getBytes(ISO_8859_1)));
  }

  @Test
  void aReadAtTheBeginningIsANewSnapshot() throws BulkFormatException {
    OpenFile file = tree.open("bulk");
    long first = bulk(read(file, 0)).snapshot().get(SnapshotRecord.SEQUENCE);
    long second = bulk(read(file, 0)).snapshot().get(SnapshotRecord.SEQUENCE);
    assertTrue(second > first);
    file.release();
  }

  @Test
  void aReadElsewhereContinues() {
    OpenFile file = tree.open("bulk");
    String all = read(file, 0);
    tree.kernel.spawn(100, "later");
    assertEquals(all.substring(100), read(file, 100));
    assertEquals(all.substring(7, 17), read(file, 7, 10));
    assertEquals("", read(file, all.length()));
    assertEquals("", read(file, Long.MAX_VALUE));
    assertNotEquals(all.length(), read(file, 0).length());
    file.release();
  }

  @Test
  void aFirstReadElsewhereTakesTheSnapshotToo() {
    OpenFile file = tree.open("bulk");
    String rest = read(file, 160);
    assertTrue(rest.length() > 1000);
    assertEquals(rest, read(file, 160));
    file.release();
  }

  @Test
  void aQueryThatIsWrittenFiltersTheNextSnapshot() throws BulkFormatException {
    OpenFile file = tree.open("bulk");
    assertEquals(6, bulk(read(file, 0)).count(ThreadRecord.TYPE));
    assertEquals(20, write(file, 0, "tags=process&pid=42\n"));
    BulkReader filtered = bulk(read(file, 0));
    assertEquals(1, filtered.count(ProcessRecord.TYPE));
    assertEquals(0, filtered.count(ThreadRecord.TYPE));
    FsException bad = assertThrows(FsException.class, () -> write(file, 0, "pid=x"));
    assertEquals(Errno.EINVAL, bad.errno());
    assertEquals(1, bulk(read(file, 0)).count(ProcessRecord.TYPE));
    write(file, 0, "\n");
    assertEquals(2, bulk(read(file, 0)).count(ProcessRecord.TYPE));
    file.release();
  }

  /** A shell reads on from where its write ended. */
  @Test
  void aReadBehindTheWriteBeginsThere() throws BulkFormatException {
    OpenFile file = tree.open("bulk");
    int end = write(file, 0, "tags=process\n");
    String first = read(file, end, 100);
    String rest = read(file, end + 100);
    assertEquals(2, bulk(first + rest).count(ProcessRecord.TYPE));
    int next = end + 100 + rest.length();
    int nextEnd = next + write(file, next, "tags=process&pid=1\n");
    assertEquals(1, bulk(read(file, nextEnd)).count(ProcessRecord.TYPE));
    // And at the beginning it is as always.
    assertEquals(1, bulk(read(file, 0)).count(ProcessRecord.TYPE));
    file.release();
  }

  @Test
  void anEmptyLineBringsBackWhatTheNameSays() throws BulkFormatException {
    OpenFile file = tree.open("bulk?pid=42");
    assertEquals(1, bulk(read(file, 0)).count(ProcessRecord.TYPE));
    write(file, 0, "pid=1,42");
    assertEquals(2, bulk(read(file, 0)).count(ProcessRecord.TYPE));
    file.release();
  }

  @Test
  void aProcessThatHasGone() {
    OpenFile file = tree.open("processes/42/bulk");
    String before = read(file, 0);
    tree.kernel.simulated(42).exit(0);
    FsException gone = assertThrows(FsException.class, () -> read(file, 0));
    assertEquals(Errno.ESRCH, gone.errno());
    tree.kernel.spawn(42, "another");
    gone = assertThrows(FsException.class, () -> read(file, 0));
    assertEquals(Errno.ESRCH, gone.errno());
    assertEquals(before.substring(50), read(file, 50));
    file.release();
  }

  @Test
  void anAttributeOfAProcessThatHasGone() {
    OpenFile file = tree.open("processes/42/rss");
    tree.kernel.simulated(42).exit(0);
    tree.kernel.spawn(42, "another");
    FsException gone = assertThrows(FsException.class, () -> read(file, 0));
    assertEquals(Errno.ESRCH, gone.errno());
    file.release();
  }
}
