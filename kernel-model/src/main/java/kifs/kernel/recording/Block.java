package kifs.kernel.recording;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import kifs.kernel.bulk.BulkFormatException;

/**
 * The header of a block of a recording. docs/format.md describes it. Immutable.
 *
 * @param kind what the block has
 * @param isCompressed whether the payload is a zstd frame
 * @param realtimeNs when the bulk was taken, or the gap began; ns since 1970
 * @param storedBytes size of the payload in the file, without padding
 * @param plainBytes size of the payload when it is decompressed
 * @param value the size of the bulk in bytes, or the length of the gap in ns
 * @param payloadCrc CRC-32 of the payload in the file
 * @param gap why no bulk was taken; the code is 0 in other blocks
 */
record Block(
    Kind kind,
    boolean isCompressed,
    long realtimeNs,
    long storedBytes,
    long plainBytes,
    long value,
    int payloadCrc,
    int gap) {
  /** What a block has. The code is the ordinal. */
  enum Kind {
    NONE,
    /** A bulk. */
    WHOLE,
    /** What makes the bulk before into the next one. */
    DIFFERENCE,
    /** A time in which no bulk was taken. */
    GAP
  }

  static final int BYTES = 64;
  static final byte[] MAGIC = "KIFSBLCK".getBytes(StandardCharsets.US_ASCII);

  /**
   * A payload that is larger than {@link #SMALL_BYTES} is at most so many times larger than it is
   * in the file, so that a small file can't take much memory.
   */
  private static final int MAX_RATIO = 64;

  private static final long SMALL_BYTES = 16 << 20;

  private static final int MAJOR = 1;
  private static final int MINOR = 0;
  private static final int COMPRESSED = 1;
  private static final int CRC_AT = 60;

  static int padding(long storedBytes) {
    return (int) (-storedBytes & 7);
  }

  static boolean isAt(byte[] bytes) {
    return bytes.length >= MAGIC.length
        && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
  }

  /** Whether a header with a right checksum begins at an offset, all of which is there. */
  static boolean isRightAt(byte[] bytes, int at) {
    return Arrays.equals(bytes, at, at + MAGIC.length, MAGIC, 0, MAGIC.length)
        && isRight(Arrays.copyOfRange(bytes, at, at + BYTES));
  }

  private static boolean isRight(byte[] header) {
    ByteBuffer words = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    return words.getInt(CRC_AT) == crc(header, CRC_AT);
  }

  static int crc(byte[] bytes, int length) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }

  byte[] bytes() {
    ByteBuffer header = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
    header.put(MAGIC).putShort((short) MAJOR).putShort((short) MINOR);
    header.putShort((short) kind.ordinal()).putShort((short) (isCompressed ? COMPRESSED : 0));
    header.putLong(realtimeNs).putLong(storedBytes).putLong(plainBytes).putLong(value);
    header.putInt(payloadCrc).putInt(gap).putInt(0);
    header.putInt(crc(header.array(), CRC_AT));
    return header.array();
  }

  /**
   * Parses a header.
   *
   * @param bytes all bytes that the file has, if it ends within the header
   */
  static Block parse(byte[] bytes) throws BulkFormatException {
    if (bytes.length < BYTES) {
      throw new BulkFormatException(bytes.length, "ends within a block's header");
    }
    ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int major = header.getShort(8);
    if (major != MAJOR) {
      throw new BulkFormatException(8, "recording " + major + ", this reader knows " + MAJOR);
    }
    if (!isRight(bytes)) {
      throw new BulkFormatException(CRC_AT, "wrong checksum of a block's header");
    }
    int kind = header.getShort(12);
    if (kind < 1 || kind >= Kind.values().length) {
      throw new BulkFormatException(12, "unknown kind of block: " + kind);
    }
    return new Block(
            Kind.values()[kind],
            (header.getShort(14) & COMPRESSED) != 0,
            header.getLong(16),
            header.getLong(24),
            header.getLong(32),
            header.getLong(40),
            header.getInt(48),
            header.getInt(52))
        .checked();
  }

  /** The greatest size that a payload of that size in the file can have. */
  static long maxPlainBytes(long storedBytes) {
    return Math.min(Math.max(SMALL_BYTES, storedBytes * MAX_RATIO), RecordingReader.MAX_BYTES);
  }

  private Block checked() throws BulkFormatException {
    if (storedBytes < 0 || storedBytes > RecordingReader.MAX_BYTES) {
      throw tooLarge(24, storedBytes);
    }
    long most = isCompressed ? maxPlainBytes(storedBytes) : storedBytes;
    if (plainBytes < 0 || plainBytes > most) {
      throw new BulkFormatException(
          32, storedBytes + " bytes can't become " + plainBytes + " bytes");
    }
    if (value < 0 || kind != Kind.GAP && value > RecordingReader.MAX_BYTES) {
      throw tooLarge(40, value);
    }
    return this;
  }

  private static BulkFormatException tooLarge(long at, long bytes) {
    return new BulkFormatException(
        at,
        bytes + " bytes are more than " + RecordingReader.MAX_BYTES + ", which can be read here");
  }
}
