package kifs.fs.root;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import kifs.fs.access.AccessOptions;
import kifs.fs.access.HidePid;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.OpenFile;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.RecordCursor;
import kifs.kernel.bulk.changes.BulkUpdate;
import kifs.kernel.record.ChangesRecord;
import kifs.kernel.record.GoneRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;
import kifs.testing.Bulks;
import kifs.testing.SimulatedStorm;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Readers of {@code bulk?changed} have what a whole bulk would give, and see no more of it. */
class ChangedBulkTest {
  private static final int BLOCK = 1 << 16;
  private static final int STEPS = 60;
  private static final Caller USER = new Caller(1000, 1000, 1);

  private final ChunkPool pool = new ChunkPool(1L << 26, 0);
  private Rig rig = new Rig();

  @AfterEach
  void close() {
    rig.close();
    assertEquals(0, pool.lentBytes());
  }

  private static byte[] readAll(OpenFile file) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part = Rig.readOnce(file, 0, BLOCK); part.length > 0; ) {
      all.writeBytes(part);
      part = Rig.readOnce(file, all.size(), BLOCK);
    }
    return all.toByteArray();
  }

  private static BulkReader next(OpenFile file) throws BulkFormatException {
    return new BulkReader(ByteBuffer.wrap(readAll(file)));
  }

  private BulkReader once(String path) throws BulkFormatException {
    OpenFile file = rig.open(path);
    try {
      return next(file);
    } finally {
      file.release();
    }
  }

  /** A reader that keeps a table. */
  private final class Follower {
    private final OpenFile file;
    private BulkReader table;
    private int changed;

    Follower(String path) throws BulkFormatException {
      file = rig.open(path);
      table = next(file);
      assertFalse(BulkUpdate.isChanged(table));
    }

    List<String> follow() throws BulkFormatException {
      BulkReader bulk = next(file);
      if (BulkUpdate.isChanged(bulk)) {
        changed++;
        try (Bulk applied = BulkUpdate.apply(table, bulk, pool)) {
          table = new BulkReader(ByteBuffer.wrap(Bulks.bytes(applied)));
        }
      } else {
        table = bulk;
      }
      return Bulks.lines(table);
    }

    void close() {
      file.release();
    }
  }

  private static List<Record> gone(BulkReader bulk) {
    List<Record> gone = new ArrayList<>();
    RecordCursor cursor = bulk.cursor(GoneRecord.TYPE);
    for (Record record = new Record(GoneRecord.TYPE); cursor.next(record); ) {
      gone.add(record);
      record = new Record(GoneRecord.TYPE);
    }
    return gone;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bulk?changed",
        "bulk?tags=cgroup,shm,process&changed",
        "processes/bulk?changed",
        "processes/bulk?changed&uid=0,1,2,3,4&fields=full",
        "processes/bulk?changed&state=S",
        "processes/bulk?tags=fd,limits,wait&changed",
        "cgroups/bulk?changed",
        "shm/bulk?changed",
        "system/bulk?changed",
        "processes/7/bulk?changed",
      })
  void aTableIsAlwaysTheWhole(String path) throws Exception {
    rig.kernel.spawn(7, "stays").threads(20).cpu(3);
    SimulatedStorm storm = new SimulatedStorm(rig.kernel, path.length());
    String whole = path.replaceAll("[?&]changed", "").replace("bulk&", "bulk?");
    Follower eager = new Follower(path);
    Follower lazy = new Follower(path);
    for (int step = 0; step < STEPS; step++) {
      storm.blow();
      rig.clock.advance(1_000_000);
      List<String> expected = Bulks.lines(once(whole));
      assertEquals(expected, eager.follow(), "step " + step);
      if (step % 7 == 0) {
        assertEquals(expected, lazy.follow(), "step " + step);
      }
    }
    assertTrue(eager.changed > STEPS / 2 || path.startsWith("system"), eager.changed + " changed");
    eager.close();
    lazy.close();
  }

  @Test
  void aQueryThatIsWrittenBeginsWithAWholeBulk() throws Exception {
    rig.kernel.spawn(100, "a").uid(7);
    rig.kernel.spawn(200, "b").uid(8);
    OpenFile file = rig.open("processes/bulk");
    assertFalse(BulkUpdate.isChanged(next(file)));
    Rig.write(file, 0, "changed&uid=7\n");
    BulkReader first = next(file);
    assertFalse(BulkUpdate.isChanged(first));
    assertEquals(1, first.count(ProcessRecord.TYPE));
    BulkReader second = next(file);
    assertTrue(BulkUpdate.isChanged(second));
    assertEquals(0, second.count(ProcessRecord.TYPE));
    Record changes = new Record(ChangesRecord.TYPE);
    assertTrue(second.cursor(ChangesRecord.TYPE).next(changes));
    assertEquals(first.snapshot().get(SnapshotRecord.SEQUENCE), changes.get(ChangesRecord.SINCE));
    Rig.write(file, 0, "changed\n");
    BulkReader third = next(file);
    assertFalse(BulkUpdate.isChanged(third));
    assertEquals(2, third.count(ProcessRecord.TYPE));
    Rig.write(file, 0, "\n");
    assertFalse(BulkUpdate.isChanged(next(file)));
    assertFalse(BulkUpdate.isChanged(next(file)));
    file.release();
  }

  @Test
  void theWordHasNoValueAndIsGivenOnce() {
    for (String bad : List.of("changed=1", "changed&changed", "changed&", "&changed", "Changed")) {
      FsException e = assertThrows(FsException.class, () -> rig.open("bulk?" + bad), bad);
      assertEquals(Errno.EINVAL, e.errno(), bad);
    }
  }

  @Test
  void aFilterThatNoLongerAdmitsAProcessIsGone() throws Exception {
    rig.kernel.spawn(100, "a").uid(7);
    OpenFile file = rig.open("processes/bulk?changed&uid=7&tags=process");
    next(file);
    rig.kernel.spawn(200, "b").uid(7);
    next(file);
    rig.kernel.simulated(100).uid(8);
    List<Record> gone = gone(next(file));
    assertEquals(1, gone.size());
    assertEquals(100, gone.get(0).get(GoneRecord.PID));
    file.release();
  }

  @Test
  void aUserLearnsNothingOfTheEndOfWhatHeCouldNotSee() throws Exception {
    rig.close();
    rig = new Rig(new AccessOptions(false, OptionalLong.empty(), HidePid.INVISIBLE));
    rig.kernel.spawn(500, "mine").uid(1000).gid(1000).executable("/bin/mine");
    rig.kernel.spawn(501, "mine").uid(1000).gid(1000);
    rig.kernel.spawn(600, "theirs").uid(2000).gid(2000).executable("/secret/theirs");
    rig.become(USER);
    OpenFile file = rig.open("processes/bulk?changed");
    next(file);
    rig.kernel.simulated(600).exit(0);
    rig.kernel.spawn(700, "theirs").uid(2000).gid(2000).executable("/secret/theirs");
    rig.kernel.simulated(501).rss(1 << 20);
    byte[] bytes = readAll(file);
    BulkReader changed = new BulkReader(ByteBuffer.wrap(bytes));
    assertTrue(BulkUpdate.isChanged(changed));
    assertEquals(List.of(), gone(changed));
    assertEquals(1, changed.count(ProcessRecord.TYPE));
    assertFalse(new String(bytes, StandardCharsets.ISO_8859_1).contains("secret"));
    rig.kernel.simulated(501).exit(0);
    assertNotEquals(List.of(), gone(next(file)));
    file.release();
  }

  @Test
  void anotherUsersGuardedFieldsStayAbsent() throws Exception {
    rig.kernel.spawn(600, "theirs").uid(2000).gid(2000).executable("/secret/theirs").fds(5);
    rig.become(USER);
    OpenFile file = rig.open("processes/bulk?changed");
    next(file);
    rig.kernel.simulated(600).fds(6);
    assertEquals(0, next(file).count(ProcessRecord.TYPE), "only a guarded field is another");
    rig.kernel.simulated(600).rss(1 << 20);
    BulkReader changed = next(file);
    Record process = new Record(ProcessRecord.TYPE);
    assertTrue(changed.cursor(ProcessRecord.TYPE).next(process));
    assertTrue((process.flags() & Record.REDACTED) != 0);
    assertFalse(process.has(ProcessRecord.FDS));
    file.release();
  }
}
