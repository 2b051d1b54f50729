package kifs.kernel.bulk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.testing.Bulks;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.lifecycle.AfterContainer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BulkBuilderTest {
  private static final int CHUNK = ChunkPool.CHUNK_BYTES;
  private static final List<RecordType> TYPES =
      List.of(TextRecord.TYPE, ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);

  /** Enough processes to fill several chunks, so that reads cross the borders of chunks. */
  private static Bulk large;

  private static byte[] largeBytes;

  private final ChunkPool pool = new ChunkPool(64L * CHUNK, 0);

  private BulkBuilder builder() {
    return new BulkBuilder(pool, TYPES);
  }

  private static synchronized void makeLarge() {
    if (large == null) {
      BulkBuilder builder = new BulkBuilder(new ChunkPool(64L * CHUNK, 0), TYPES);
      for (int i = 0; i < 3000; i++) {
        builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, i);
        builder.appendText("process " + i);
      }
      large = builder.finish(BulkBytes.ORIGIN, 0);
      largeBytes = new byte[(int) large.size()];
      assertEquals(largeBytes.length, large.read(0, ByteBuffer.wrap(largeBytes)));
    }
  }

  @AfterEach
  void nothingIsLeaked() {
    assertEquals(0, pool.lentBytes());
  }

  @AfterContainer
  static void releaseLarge() {
    large.release();
    large = null;
  }

  /** Texts around it stay where their records say, also after another builder's were moved. */
  @Property(tries = 50)
  void aLongTextLiesInSeveralChunks(
      @ForAll @IntRange(max = 5 * CHUNK) int length, @ForAll @IntRange(max = 3000) int before) {
    BulkBuilder builder = builder();
    for (int i = 0; i < before; i++) {
      appendCommand(builder, i);
    }
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      text[i] = (byte) (i % 251 + 1);
    }
    long at = builder.appendLongText(ByteBuffer.wrap(text), 0, length);
    appendCommand(builder, before);
    try (Bulk bulk = builder.finish(BulkBytes.ORIGIN, 0)) {
      int kept = Math.min(length, BulkBuilder.MAX_LONG_TEXT_BYTES);
      assertArrayEquals(Arrays.copyOf(text, kept), bulk.text(at, kept));
      byte[] bytes = Bulks.bytes(bulk);
      assertEquals(0, bytes[(int) at + kept], "its NUL");
      int[] seen = {0};
      bulk.forEach(
          CommandRecord.TYPE,
          command -> {
            byte[] found =
                bulk.text(
                    command.get(CommandRecord.COMMAND_LINE_OFFSET),
                    (int) command.get(CommandRecord.COMMAND_LINE_LENGTH));
            assertEquals("process " + seen[0]++, new String(found, StandardCharsets.UTF_8));
          });
      assertEquals(before + 1, seen[0]);
      assertDoesNotThrow(() -> new BulkReader(ByteBuffer.wrap(bytes)));
    }
  }

  @Property(tries = 100)
  void recordsOfAnotherBuilderFollowTheOthers(
      @ForAll @IntRange(min = 0, max = 2500) int here, @ForAll @IntRange(max = 2500) int there) {
    BulkBuilder builder = builder();
    BulkBuilder rest = builder.emptyCopy();
    for (int i = 0; i < here; i++) {
      appendCommand(builder, i);
    }
    for (int i = here; i < here + there; i++) {
      appendCommand(rest, i);
    }
    builder.appendAll(rest);
    rest.close();
    appendCommand(builder, here + there);
    try (Bulk bulk = builder.finish(BulkBytes.ORIGIN, 0)) {
      int[] at = {0};
      bulk.forEach(
          CommandRecord.TYPE,
          command -> {
            assertEquals(at[0], command.get(CommandRecord.PID));
            byte[] text =
                bulk.text(
                    command.get(CommandRecord.COMMAND_LINE_OFFSET),
                    (int) command.get(CommandRecord.COMMAND_LINE_LENGTH));
            assertEquals("process " + at[0]++, new String(text, StandardCharsets.UTF_8));
            assertFalse(command.has(CommandRecord.EXECUTABLE_OFFSET));
          });
      assertEquals(here + there + 1, at[0]);
      assertEquals(here + there + 1, bulk.count(CommandRecord.TYPE));
    }
    assertEquals(0, pool.lentBytes());
  }

  private static void appendCommand(BulkBuilder into, int pid) {
    byte[] line = ("process " + pid).getBytes(StandardCharsets.UTF_8);
    Record command = into.append(CommandRecord.TYPE);
    command.set(CommandRecord.PID, pid);
    command.set(CommandRecord.COMMAND_LINE_OFFSET, into.appendText(line));
    command.set(CommandRecord.COMMAND_LINE_LENGTH, line.length);
  }

  @Property(tries = 2000)
  void aReadAtAnyOffsetEqualsThatPartOfTheBulk(
      @ForAll @LongRange(min = 0, max = 1_100_000) long offset,
      @ForAll @IntRange(min = 0, max = 600_000) int size) {
    makeLarge();
    int expected = (int) Math.max(0, Math.min(size, largeBytes.length - offset));
    ByteBuffer to = ByteBuffer.allocate(size + 2).position(1).limit(size + 1);
    assertEquals(expected, large.read(offset, to));
    assertEquals(1 + expected, to.position());
    int from = (int) Math.min(offset, largeBytes.length);
    assertArrayEquals(
        Arrays.copyOfRange(largeBytes, from, from + expected),
        Arrays.copyOfRange(to.array(), 1, 1 + expected));
  }

  @Test
  void aLargeBulkIsReadable() throws Exception {
    makeLarge();
    BulkReader reader = new BulkReader(ByteBuffer.wrap(largeBytes));
    assertEquals(3000, reader.count(ProcessRecord.TYPE));
    assertEquals(3000, reader.count(TextRecord.TYPE));
    assertEquals(0, large.read(largeBytes.length, ByteBuffer.allocate(1)));
    assertEquals(0, large.read(Long.MAX_VALUE, ByteBuffer.allocate(1)));
  }

  @Test
  void anEmptyBulkHasADirectory() throws Exception {
    BulkReader reader;
    try (BulkBuilder builder = builder()) {
      reader =
          new BulkReader(ByteBuffer.wrap(BulkBytes.bytes(builder.finish(BulkBytes.ORIGIN, 5))));
    }
    assertEquals(4, reader.snapshot().get(SnapshotRecord.ENTRIES));
    assertEquals(1, reader.snapshot().get(SnapshotRecord.RECORDS));
    assertEquals(5, reader.snapshot().get(SnapshotRecord.DURATION));
    assertEquals(reader.size(), reader.snapshot().buffer().limit());
  }

  @Test
  void aTypeThatWasNotRequestedIsRefused() {
    try (BulkBuilder builder = new BulkBuilder(pool, List.of(ProcessRecord.TYPE))) {
      assertTrue(builder.wants(ProcessRecord.TYPE));
      assertFalse(builder.wants(ThreadRecord.TYPE));
      assertThrows(IllegalArgumentException.class, () -> builder.append(ThreadRecord.TYPE));
      assertThrows(IllegalArgumentException.class, () -> builder.appendText("x"));
    }
  }

  @Test
  void aNewRecordIsBlankInUsedMemory() {
    ChunkPool keeping = new ChunkPool(CHUNK, CHUNK);
    for (int round = 0; round < 2; round++) {
      try (BulkBuilder builder = new BulkBuilder(keeping, List.of(ProcessRecord.TYPE))) {
        Record record = builder.append(ProcessRecord.TYPE);
        assertEquals(0, record.get(ProcessRecord.RSS));
        assertEquals(ProcessRecord.TYPE.allFields(), record.absent());
        record.set(ProcessRecord.RSS, -1);
      }
    }
  }

  /** A share lends the memory of the whole pool, and has a maximum of its own. */
  @Test
  void aShareOfAPoolIsBounded() {
    ChunkPool whole = new ChunkPool(3L * CHUNK, CHUNK);
    ChunkPool one = whole.share(2L * CHUNK);
    ChunkPool other = whole.share(2L * CHUNK);
    ByteBuffer first = one.acquire();
    ByteBuffer second = one.acquire();
    assertThrows(BulkTooLargeException.class, one::acquire);
    ByteBuffer third = other.acquire();
    assertThrows(BulkTooLargeException.class, other::acquire);
    assertEquals(3L * CHUNK, whole.lentBytes());
    assertEquals(CHUNK, other.lentBytes());
    one.release(first);
    other.release(other.acquire());
    other.release(third);
    one.release(second);
    assertEquals(0, whole.lentBytes());
    assertEquals(0, one.lentBytes());
  }

  @Test
  void recordsAreRemovedAcrossChunks() throws Exception {
    int perChunk = CHUNK / ProcessRecord.TYPE.size();
    try (BulkBuilder builder = builder()) {
      for (int i = 0; i < 2 * perChunk + 1; i++) {
        builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, i);
      }
      for (int i = 0; i < perChunk + 2; i++) {
        builder.removeLast(ProcessRecord.TYPE);
      }
      assertEquals(CHUNK, pool.lentBytes());
      builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, 77);
      builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, 88);
      List<Long> pids = new ArrayList<>();
      new BulkReader(ByteBuffer.wrap(BulkBytes.bytes(builder.finish(BulkBytes.ORIGIN, 0))))
          .forEach(ProcessRecord.TYPE, process -> pids.add(process.get(ProcessRecord.PID)));
      assertEquals(perChunk + 1, pids.size());
      assertEquals(List.of(perChunk - 2L, 77L, 88L), pids.subList(perChunk - 2, perChunk + 1));
    }
  }

  @Test
  void allRecordsCanBeRemovedButNoMore() {
    try (BulkBuilder builder = builder()) {
      builder.append(ProcessRecord.TYPE);
      builder.removeLast(ProcessRecord.TYPE);
      assertThrows(IllegalStateException.class, () -> builder.removeLast(ProcessRecord.TYPE));
      builder.appendText("stays");
      assertThrows(IllegalStateException.class, () -> builder.removeLast(TextRecord.TYPE));
      builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, 5);
      try (Bulk bulk = builder.finish(BulkBytes.ORIGIN, 0)) {
        assertEquals(1, bulk.count(ProcessRecord.TYPE));
        bulk.forEach(ProcessRecord.TYPE, p -> assertEquals(5, p.get(ProcessRecord.PID)));
      }
    }
  }

  @Test
  void textsOfAnyLengthCanBeRead() throws Exception {
    int max = BulkBuilder.MAX_TEXT_BYTES;
    int[] lengths = {0, 1, 7, 8, 9, max - 1, max, max, CHUNK - max, 100_000, max + 1, 3};
    Random random = new Random(1);
    List<byte[]> texts = new ArrayList<>();
    byte[] bulk;
    try (BulkBuilder builder = builder()) {
      for (int length : lengths) {
        byte[] text = new byte[length];
        random.nextBytes(text);
        long offset = builder.appendText(ByteBuffer.wrap(text), 0, length);
        texts.add(Arrays.copyOf(text, Math.min(length, max)));
        Record command = builder.append(CommandRecord.TYPE);
        command.set(CommandRecord.COMMAND_LINE_OFFSET, offset);
        command.set(CommandRecord.COMMAND_LINE_LENGTH, Math.min(length, max));
      }
      bulk = BulkBytes.bytes(builder.finish(BulkBytes.ORIGIN, 0));
    }
    BulkReader reader = new BulkReader(ByteBuffer.wrap(bulk));
    List<byte[]> found = new ArrayList<>();
    reader.forEach(
        CommandRecord.TYPE,
        command -> {
          found.add(
              reader.text(
                  command, CommandRecord.COMMAND_LINE_OFFSET, CommandRecord.COMMAND_LINE_LENGTH));
          long end =
              command.get(CommandRecord.COMMAND_LINE_OFFSET)
                  + command.get(CommandRecord.COMMAND_LINE_LENGTH);
          assertEquals(0, bulk[(int) end], "a NUL ends every text");
        });
    assertEquals(texts.size(), found.size());
    for (int i = 0; i < texts.size(); i++) {
      assertArrayEquals(texts.get(i), found.get(i), "text " + i);
    }
  }

  @Test
  void partOfABufferCanBeAText() throws Exception {
    try (BulkBuilder builder = builder()) {
      byte[] more = "xxhelloxx".getBytes(StandardCharsets.US_ASCII);
      long offset = builder.appendText(ByteBuffer.wrap(more), 2, 5);
      byte[] bulk = BulkBytes.bytes(builder.finish(BulkBytes.ORIGIN, 0));
      assertEquals("hello\0", new String(bulk, (int) offset, 6, StandardCharsets.US_ASCII));
    }
  }

  @Test
  void aFullPoolEndsTheBulkAndReleasesItsMemory() {
    ChunkPool small = new ChunkPool(3L * CHUNK, CHUNK);
    try (BulkBuilder builder = new BulkBuilder(small, TYPES)) {
      builder.append(ThreadRecord.TYPE);
      BulkTooLargeException error =
          assertThrows(
              BulkTooLargeException.class,
              () -> {
                for (int i = 0; i < 10_000; i++) {
                  builder.append(ProcessRecord.TYPE);
                }
              });
      assertTrue(error.getMessage().contains("" + 3 * CHUNK));
      assertEquals(3L * CHUNK, small.lentBytes());
    }
    assertEquals(0, small.lentBytes());
    try (BulkBuilder builder = new BulkBuilder(small, TYPES)) {
      builder.append(ProcessRecord.TYPE);
      builder.finish(BulkBytes.ORIGIN, 0).release();
    }
    assertEquals(0, small.lentBytes());
  }

  @Test
  void theLastReaderReleasesTheMemory() {
    Bulk bulk;
    try (BulkBuilder builder = builder()) {
      builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, 9);
      bulk = builder.finish(BulkBytes.ORIGIN, 0);
    }
    assertEquals(CHUNK, pool.lentBytes());
    assertEquals(7, bulk.snapshot().get(SnapshotRecord.SEQUENCE));
    bulk.retain();
    bulk.release();
    assertEquals(CHUNK, pool.lentBytes());
    bulk.release();
    assertEquals(0, pool.lentBytes());
    assertThrows(IllegalStateException.class, bulk::retain);
    assertThrows(IllegalStateException.class, bulk::release);
    assertEquals(0, pool.lentBytes());
  }
}
