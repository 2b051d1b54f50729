package kifs.kernel.bulk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Any bytes are either a bulk, or refused with an error that names the byte. The check ends soon.
 */
class BulkReaderTest {
  private static final int FIRST_ENTRY = SnapshotRecord.TYPE.size();
  private static final int ENTRY = SnapshotRecord.ENTRY_BYTES;

  /**
   * Runs on another thread than the test's own, so that a hang fails the test instead of the build.
   */
  private static final ExecutorService READING =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "reading");
            thread.setDaemon(true);
            return thread;
          });

  private final byte[] good = BulkBytes.good();

  private static BulkReader read(byte[] bytes) throws BulkFormatException {
    return new BulkReader(ByteBuffer.wrap(bytes));
  }

  /** Reads everything that a bulk has. Every exception but BulkFormatException fails the test. */
  private static boolean isBulk(byte[] bytes) {
    try {
      return READING.submit(() -> readsAll(bytes)).get(5, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean readsAll(byte[] bytes) {
    try {
      BulkReader reader = read(bytes);
      for (RecordType type : Records.ALL) {
        long[] count = {0};
        reader.forEach(
            type,
            record -> {
              record.buffer().get(record.offset() + type.size() - 1);
              count[0]++;
              if (type == CommandRecord.TYPE) {
                reader.text(
                    record, CommandRecord.COMMAND_LINE_OFFSET, CommandRecord.COMMAND_LINE_LENGTH);
                reader.text(
                    record, CommandRecord.EXECUTABLE_OFFSET, CommandRecord.EXECUTABLE_LENGTH);
              }
            });
        assertEquals(reader.count(type), count[0]);
      }
      assertTrue(reader.size() <= bytes.length);
      return true;
    } catch (BulkFormatException e) {
      assertTrue(e.at() >= 0 && e.at() <= bytes.length, e.getMessage());
      assertTrue(e.getMessage().startsWith("byte " + e.at() + ": "), e.getMessage());
      return false;
    }
  }

  private static BulkFormatException refused(byte[] bytes) {
    return assertThrows(BulkFormatException.class, () -> read(bytes));
  }

  private byte[] patched(int at, long value, int size) {
    byte[] bytes = good.clone();
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    switch (size) {
      case 2 -> buffer.putShort(at, (short) value);
      case 4 -> buffer.putInt(at, (int) value);
      default -> buffer.putLong(at, value);
    }
    return bytes;
  }

  @Test
  void aCorrectBulkIsReadCompletely() throws Exception {
    BulkReader reader = read(good);
    assertEquals(good.length, reader.size());
    assertEquals(7, reader.snapshot().get(SnapshotRecord.SEQUENCE));
    assertEquals("host", reader.snapshot().text(SnapshotRecord.HOST));
    List<Long> tids = new ArrayList<>();
    reader.forEach(ThreadRecord.TYPE, thread -> tids.add(thread.get(ThreadRecord.TID)));
    assertEquals(List.of(100L, 101L, 200L, 201L, 300L, 301L), tids);
    List<String> lines = new ArrayList<>();
    reader.forEach(
        CommandRecord.TYPE,
        command ->
            lines.add(
                new String(
                    reader.text(
                        command,
                        CommandRecord.COMMAND_LINE_OFFSET,
                        CommandRecord.COMMAND_LINE_LENGTH),
                    StandardCharsets.UTF_8)));
    assertEquals(List.of("command 1", "command 2", "command 3"), lines);
    assertTrue(isBulk(good));
  }

  @Test
  void aTruncatedBulkIsRefused() {
    for (int length = 0; length < good.length; length++) {
      byte[] bytes = new byte[length];
      System.arraycopy(good, 0, bytes, 0, length);
      assertTrue(refused(bytes).at() <= length);
    }
  }

  /** Exactly the bits that the check must compare are refused, and all others are read. */
  @Test
  void aFlippedBitIsReadOrRefused() {
    BitSet refused = new BitSet();
    for (int bit = 0; bit < good.length * 8; bit++) {
      byte[] bytes = good.clone();
      bytes[bit / 8] ^= (byte) (1 << bit % 8);
      refused.set(bit, !isBulk(bytes));
    }
    assertEquals(bitsToCheck(good), refused);
  }

  /**
   * The bits of a correct bulk that can't be flipped: the tag and the size of every record, the
   * counts and offsets of the directory, and what the SNAPSHOT says about the bulk as a whole.
   */
  private static BitSet bitsToCheck(byte[] bulk) {
    ByteBuffer bytes = ByteBuffer.wrap(bulk).order(ByteOrder.LITTLE_ENDIAN);
    BitSet bits = new BitSet();
    addRecord(bits, 0);
    for (Field field :
        List.of(
            SnapshotRecord.MAGIC,
            SnapshotRecord.MAJOR,
            SnapshotRecord.ENTRIES,
            SnapshotRecord.BYTES,
            SnapshotRecord.RECORDS)) {
      add(bits, field.offset(), field.type().bytes() * field.count());
    }
    for (int entry = FIRST_ENTRY; entry < bytes.getInt(4); entry += ENTRY) {
      add(bits, entry, 2);
      add(bits, entry + 8, 16);
      long count = bytes.getLong(entry + 8);
      int record = (int) bytes.getLong(entry + 16);
      Set<Integer> sizes = new HashSet<>();
      for (long i = 0; i < count; i++) {
        addRecord(bits, record);
        sizes.add(bytes.getInt(record + 4));
        record += bytes.getInt(record + 4);
      }
      for (int bit = 0; bit < 32; bit++) {
        int claim = bytes.getInt(entry + 4) ^ 1 << bit;
        // 0 claims nothing about the size of the records.
        bits.set((entry + 4) * 8 + bit, claim != 0 && !sizes.equals(Set.of(claim)));
      }
    }
    return bits;
  }

  /** Adds the tag and the size of a record. */
  private static void addRecord(BitSet bits, int at) {
    add(bits, at, 2);
    add(bits, at + 4, 4);
  }

  private static void add(BitSet bits, int at, int bytes) {
    bits.set(at * 8, (at + bytes) * 8);
  }

  @Property(tries = 5000)
  void changedBytesAreReadOrRefused(
      @ForAll @Size(min = 1, max = 12) List<@IntRange(min = 0, max = 9999) Integer> places,
      @ForAll long seed) {
    byte[] bytes = good.clone();
    Random random = new Random(seed);
    for (int place : places) {
      bytes[place % bytes.length] = (byte) random.nextInt();
    }
    isBulk(bytes);
  }

  @Property(tries = 5000)
  void anyDirectoryIsReadOrRefused(@ForAll @Size(96) List<Byte> directory) {
    byte[] bytes = good.clone();
    for (int i = 0; i < directory.size(); i++) {
      bytes[FIRST_ENTRY + i] = directory.get(i);
    }
    isBulk(bytes);
  }

  @Property(tries = 5000)
  void anyBytesAreReadOrRefused(@ForAll byte[] any) {
    isBulk(any);
    byte[] behindTheMagic = good.clone();
    System.arraycopy(any, 0, behindTheMagic, 24, Math.min(any.length, good.length - 24));
    isBulk(behindTheMagic);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4, 7, 9, 0x7FFF_FFF8L, 0x7FFF_FFFFL, 0x8000_0000L, 0xFFFF_FFF8L})
  void anImpossibleRecordSizeIsRefusedAtItsByte(long size) {
    int process = (int) new Entries(good).offset(ProcessRecord.TYPE);
    assertEquals(process + 4, refused(patched(process + 4, size, 4)).at());
    assertTrue(refused(patched(4, size, 4)).at() <= good.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4, 12, 20, 28})
  void sizesOfUnknownTagsAreMultiplesOfEightToo(int size) {
    byte[] bytes = new BulkBytes().with(500, 24).with(500, 24).build();
    int first = bytes.length - 48;
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(first + 4, size);
    assertEquals(first + 4, refused(bytes).at());
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 8, 2, 4, -1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 40})
  void aFalseCountOrOffsetIsRefusedAtItsByte(long claim) {
    int entry = FIRST_ENTRY + 2 * ENTRY;
    assertEquals(entry + 8, refused(patched(entry + 8, claim, 8)).at());
    assertEquals(entry + 16, refused(patched(entry + 16, claim, 8)).at());
    assertEquals(56, refused(patched(56, claim, 8)).at(), "bytes of the bulk");
    assertEquals(64, refused(patched(64, claim, 8)).at(), "records of the bulk");
  }

  @Test
  void messagesSayWhatIsWrong() {
    assertTrue(refused(patched(0, 2, 2)).getMessage().contains("SNAPSHOT"));
    assertTrue(refused(patched(8, 0, 8)).getMessage().contains("magic"));
    assertTrue(refused(patched(16, 2, 2)).getMessage().contains("format 2"));
    assertTrue(refused(patched(22, 9, 2)).getMessage().contains("9 entries"));
    int process = FIRST_ENTRY + ENTRY;
    assertTrue(refused(patched(process + 4, 312, 4)).getMessage().contains("312 bytes each"));
    assertTrue(refused(patched(process, 2, 2)).getMessage().contains("tag 2"));
    assertTrue(refused(patched(22, 3, 2)).getMessage().contains("is not in the directory"));
  }

  @Test
  void recordsOfOneTagAreAdjacent() throws Exception {
    read(new BulkBytes().with(500, 16).with(500, 24).with(600, 8).build());
    byte[] apart = new BulkBytes().with(500, 16).with(600, 8).with(500, 16).build();
    assertTrue(refused(apart).getMessage().contains("are not adjacent"));
    byte[] again = new BulkBytes().with(500, 16).with(1, 160).build();
    assertTrue(refused(again).getMessage().contains("another SNAPSHOT"));
  }

  @Test
  void unknownTagsAndLongerRecordsAreAccepted() throws Exception {
    int longer = ProcessRecord.TYPE.size() + 16;
    byte[] bytes =
        new BulkBytes()
            .with(5, 8)
            .with(ProcessRecord.TYPE.tag(), longer)
            .with(ProcessRecord.TYPE.tag(), longer + 8)
            .with(40_000, 1 << 16)
            .build();
    BulkReader reader = read(bytes);
    assertEquals(2, reader.count(ProcessRecord.TYPE));
    List<Integer> offsets = new ArrayList<>();
    reader.forEach(ProcessRecord.TYPE, process -> offsets.add(process.offset()));
    assertEquals(longer, offsets.get(1) - offsets.get(0));
    byte[] shorter = new BulkBytes().with(ProcessRecord.TYPE.tag(), longer - 24).build();
    assertTrue(refused(shorter).getMessage().contains("too few"));
  }

  @Test
  void aRecordingIsReadBulkByBulk() throws Exception {
    ByteBuffer recording = ByteBuffer.allocate(good.length * 3 - 1);
    recording.put(good).put(good).put(good, 0, good.length - 1).flip();
    for (int i = 0; i < 2; i++) {
      BulkReader reader = new BulkReader(recording);
      assertEquals(3, reader.count(ProcessRecord.TYPE));
      recording.position(recording.position() + (int) reader.size());
    }
    BulkFormatException cut =
        assertThrows(BulkFormatException.class, () -> new BulkReader(recording));
    assertTrue(cut.at() < good.length, cut.getMessage());
  }

  @Test
  void anInvalidTextReferenceGivesAnEmptyText() throws Exception {
    BulkReader reader = read(good);
    Entries entries = new Entries(good);
    long first = entries.offset(TextRecord.TYPE);
    long end = entries.offset(ProcessRecord.TYPE);
    Record command = Record.allocate(CommandRecord.TYPE);
    long[][] references = {
      {first, end - first + 1},
      {end + 1, 0},
      {0, 8},
      {-1, 8},
      {Long.MIN_VALUE, 8},
      {first, 0xFFFF_FFFFL},
      {Long.MAX_VALUE, 0xFFFF_FFFFL}
    };
    for (long[] reference : references) {
      command.set(CommandRecord.EXECUTABLE_OFFSET, reference[0]);
      command.set(CommandRecord.EXECUTABLE_LENGTH, reference[1]);
      assertArrayEquals(
          new byte[0],
          reader.text(command, CommandRecord.EXECUTABLE_OFFSET, CommandRecord.EXECUTABLE_LENGTH));
    }
  }

  @Test
  void claimedCountsAllocateNothing() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    byte[][] falseClaims = {
      patched(56, Long.MAX_VALUE, 8),
      patched(64, Long.MAX_VALUE, 8),
      patched(22, 0xFFFF, 2),
      patched(FIRST_ENTRY + 8, 1L << 40, 8)
    };
    refused(falseClaims[0]);
    long before = threads.getCurrentThreadAllocatedBytes();
    for (byte[] claim : falseClaims) {
      refused(claim);
    }
    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertTrue(allocated < 1 << 20, allocated + " bytes");
  }

  @Test
  void aHugeBulkOfSmallRecordsIsCheckedInLinearTime() {
    BulkBytes bytes = new BulkBytes();
    for (int tag = 1000; tag < 21_000; tag++) {
      bytes.with(tag, 8);
    }
    // There are as many tags as records, so a check that isn't linear would be slow here.
    assertTrue(isBulk(bytes.build()));
  }

  /** The directory of a correct bulk. */
  private record Entries(byte[] bytes) {
    long offset(RecordType type) {
      ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      for (int at = FIRST_ENTRY; ; at += ENTRY) {
        if (buffer.getShort(at) == type.tag()) {
          return buffer.getLong(at + 16);
        }
      }
    }
  }
}
