package kifs.kernel.recording;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.record.ProcessRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are wrong lead to an error with its place, or to what is right of them. */
class DamagedRecordingTest {
  private static final int MUTATIONS = 10_000;
  private static final long MIB = 1 << 20;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  @TempDir Path directory;
  private Path path;
  private RecordedStorm storm;
  private byte[] good;

  @BeforeEach
  void record() throws IOException, BulkFormatException {
    path = directory.resolve("recording");
    storm = new RecordedStorm(3, 1);
    for (int i = 0; i < 4; i++) {
      storm.record();
      storm.advance(1);
    }
    good = storm.file.toByteArray();
  }

  /** What a reader found in a file. */
  private record Outcome(int bulks, long problemAt, long allocated) {}

  /** Reads a file from its start, and visits every record. */
  private static Outcome read(byte[] file) throws IOException {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    RecordingReader reader = new RecordingReader(new ByteArrayInputStream(file));
    int bulks = 0;
    long problemAt = -1;
    try {
      while (reader.advance()) {
        reader.bulk().forEach(ProcessRecord.TYPE, process -> process.get(ProcessRecord.PID));
        bulks++;
      }
    } catch (BulkFormatException e) {
      problemAt = e.at();
      assertTrue(e.getMessage().startsWith("byte " + e.at() + ": "), e.getMessage());
    }
    return new Outcome(bulks, problemAt, THREADS.getCurrentThreadAllocatedBytes() - before);
  }

  @Test
  void aFileThatIsCutAtAnyByteOfItsLastBulkIsRightToTheOneBefore() throws IOException {
    int lastStart = lastBlock();
    for (int length = lastStart + 1; length < good.length; length++) {
      Outcome outcome = read(Arrays.copyOf(good, length));
      assertEquals(3, outcome.bulks);
      assertTrue(outcome.problemAt >= lastStart && outcome.problemAt <= length, "at " + outcome);
    }
    assertEquals(new Outcome(4, -1, 0), withoutMemory(read(good)));
  }

  private static Outcome withoutMemory(Outcome outcome) {
    return new Outcome(outcome.bulks, outcome.problemAt, 0);
  }

  private int lastBlock() {
    int at = 0;
    for (int next = 0; next < good.length; ) {
      at = next;
      int stored = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 24);
      next = at + Block.BYTES + stored + Block.padding(stored);
    }
    return at;
  }

  @Test
  @Timeout(120)
  void noMutationCrashesHangsOrTakesMuchMemory() throws IOException {
    Random random = new Random(2);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = mutated(good, random);
      Outcome outcome = read(bytes);
      assertTrue(outcome.allocated < 4 * MIB, outcome::toString);
      assertTrue(outcome.problemAt <= bytes.length, outcome::toString);
      refused += outcome.problemAt >= 0 ? 1 : 0;
      if (i % 20 == 0) {
        assertPartlyReadable(bytes);
      }
    }
    // Only what is mutated to itself, in reserved bytes, or in padding is still right.
    assertTrue(refused > MUTATIONS * 9 / 10, "refused: " + refused);
  }

  /** The checksums hide mutations from the decoder, so these ones have right checksums. */
  @Test
  @Timeout(120)
  void noMutationWithRightChecksumsCrashesHangsOrTakesMuchMemory() throws IOException {
    Random random = new Random(3);
    int refused = 0;
    for (int i = 0; i < MUTATIONS; i++) {
      byte[] bytes = withChecksums(mutated(good, random));
      Outcome outcome = read(bytes);
      // A block whose header claims it may take 16 MiB before it is found to be wrong.
      assertTrue(outcome.allocated < 100 * MIB, outcome::toString);
      refused += outcome.problemAt >= 0 ? 1 : 0;
    }
    assertTrue(refused > MUTATIONS / 2, "refused: " + refused);
  }

  /** What the index offers can be read, or is an error with a place. */
  private void assertPartlyReadable(byte[] bytes) throws IOException {
    Files.write(path, bytes);
    try (Recording recording = Recording.open(path)) {
      for (int i = 0; i < recording.moments().size(); i++) {
        try {
          recording.bulk(i);
        } catch (BulkFormatException e) {
          assertTrue(e.at() <= bytes.length, e.getMessage());
        }
      }
    }
  }

  static byte[] mutated(byte[] good, Random random) {
    int length = random.nextInt(10) == 0 ? random.nextInt(good.length) + 1 : good.length;
    byte[] bytes = Arrays.copyOf(good, length);
    for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
      int at = random.nextInt(random.nextBoolean() ? length : Math.min(length, Block.BYTES));
      bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : 0xFF);
    }
    return bytes;
  }

  /** Corrects the checksums of the blocks, as far as these can be followed. */
  static byte[] withChecksums(byte[] bytes) {
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long at = 0;
    while (at + Block.BYTES <= bytes.length) {
      int start = (int) at;
      long stored = file.getLong(start + 24);
      if (stored < 0 || stored > bytes.length - start - Block.BYTES) {
        stored = bytes.length - start - Block.BYTES;
      }
      file.putInt(start + 48, crc(bytes, start + Block.BYTES, (int) stored));
      file.putInt(start + 60, crc(bytes, start, 60));
      at += Block.BYTES + stored + Block.padding(stored);
    }
    return bytes;
  }

  private static int crc(byte[] bytes, int from, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static byte[] block(Block.Kind kind, byte[] stored, long plain, long value) {
    Block block =
        new Block(kind, true, 0, stored.length, plain, value, Block.crc(stored, stored.length), 0);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(block.bytes());
    file.writeBytes(stored);
    file.writeBytes(new byte[Block.padding(stored.length)]);
    return file.toByteArray();
  }

  /** 100 MiB of zeros are a frame of a few KiB, which is refused by its header. */
  @Test
  void aFrameThatBecomesFarLargerIsRefusedWithoutTheMemory() throws IOException {
    byte[] zeros = new byte[(int) (100 * MIB)];
    byte[] frame = Zstd.compress(zeros, 19);
    Outcome claimed = read(block(Block.Kind.WHOLE, frame, zeros.length, zeros.length));
    assertEquals(32, claimed.problemAt);
    assertTrue(claimed.allocated < MIB, claimed::toString);
    // A header that lies about the frame doesn't help.
    Outcome hidden = read(block(Block.Kind.WHOLE, frame, MIB, MIB));
    assertEquals(Block.BYTES, hidden.problemAt);
    assertTrue(hidden.allocated < 2 * MIB, hidden::toString);
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MIN_VALUE, -1, 1L << 31, 1L << 40, Long.MAX_VALUE})
  void sizesThatCanNotBeAreRefusedWithoutTheMemory(long size) throws IOException {
    for (int field : new int[] {24, 32, 40}) {
      byte[] bytes = good.clone();
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(field, size);
      ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(60, crc(bytes, 0, 60));
      Outcome outcome = read(bytes);
      assertEquals(field, outcome.problemAt);
      assertTrue(outcome.allocated < MIB, outcome::toString);
    }
  }

  /** Behind damage the file is read again from the next whole bulk on. */
  @Test
  void damageInTheMiddleIsSkipped() throws IOException, BulkFormatException {
    RecordedStorm longer = new RecordedStorm(3, 4);
    for (int i = 0; i < 130; i++) {
      longer.record();
      longer.advance(1);
    }
    byte[] bytes = longer.file.toByteArray();
    // The header of the second block is damaged, so the bulks up to the 60th can't be made.
    int second = Block.BYTES + ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(24);
    second += Block.padding(second);
    bytes[second + 20] ^= 1;
    Files.write(path, bytes);
    try (Recording recording = Recording.open(path)) {
      long at = recording.problem().orElseThrow().at();
      assertTrue(at >= second && at < second + Block.BYTES, "at " + at);
      assertEquals(129, recording.moments().size());
      assertArrayEquals(longer.bulks.get(0), array(recording, 0));
      assertThrows(BulkFormatException.class, () -> recording.bulk(1));
      assertThrows(BulkFormatException.class, () -> recording.bulk(58));
      for (int i = 59; i < 129; i++) {
        assertArrayEquals(longer.bulks.get(i + 1), array(recording, i), "bulk " + i);
      }
    }
  }

  private static byte[] array(Recording recording, int index)
      throws IOException, BulkFormatException {
    return recording.bulk(index).snapshot().buffer().array();
  }
}
