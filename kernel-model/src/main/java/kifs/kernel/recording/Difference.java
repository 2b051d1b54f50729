package kifs.kernel.recording;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import kifs.kernel.bulk.BulkFormatException;
import kifs.kernel.record.TextRecord;

/**
 * Makes a bulk of the one before, by operations: copy bytes of the bulk before, then take bytes of
 * the difference. The copied ranges ascend and don't overlap, so a difference can't become larger
 * than both together. Not thread-safe.
 */
final class Difference {
  /** {@code u32} offset and length of the range to copy, length of the bytes that follow. */
  private static final int OPERATION_BYTES = 12;

  private static final int WORD = 8;
  private static final int HEADER = 8;

  private final byte[] before;
  private final byte[] after;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final Index index;

  private int copyFrom;
  private int copyLength;

  /** The bytes to take are those of {@code after} from here on. */
  private int takeFrom;

  private int takeLength;

  private Difference(byte[] before, byte[] after) {
    this.before = before;
    this.after = after;
    index = new Index(before);
  }

  /** What makes a bulk into the next one. */
  static byte[] of(byte[] before, byte[] after) {
    return new Difference(before, after).encode();
  }

  private byte[] encode() {
    for (int at = 0; at < after.length; ) {
      int size = size(after, at);
      int earlier = index.find(after, at, size);
      // The ranges must ascend.
      if (earlier < copyFrom + copyLength) {
        take(at, size);
      } else {
        encode(at, earlier, size);
      }
      at += size;
    }
    finish();
    return out.toByteArray();
  }

  private void encode(int at, int earlier, int size) {
    int done = 0;
    while (done < size) {
      int mismatch =
          Arrays.mismatch(after, at + done, at + size, before, earlier + done, earlier + size);
      int equal = mismatch < 0 ? size - done : mismatch / WORD * WORD;
      if (equal > 0) {
        copy(earlier + done, equal);
        done += equal;
      }
      if (done < size) {
        take(at + done, WORD);
        done += WORD;
      }
    }
  }

  private void copy(int from, int length) {
    if (takeLength == 0 && copyFrom + copyLength == from) {
      copyLength += length;
      return;
    }
    finish();
    copyFrom = from;
    copyLength = length;
  }

  private void take(int from, int length) {
    if (takeLength == 0) {
      takeFrom = from;
    }
    takeLength += length;
  }

  /** Writes an operation. Its copied range is where the next one must not begin before. */
  private void finish() {
    byte[] operation =
        ByteBuffer.allocate(OPERATION_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(copyFrom)
            .putInt(copyLength)
            .putInt(takeLength)
            .array();
    out.writeBytes(operation);
    out.write(after, takeFrom, takeLength);
    copyFrom += copyLength;
    copyLength = 0;
    takeLength = 0;
  }

  /**
   * The bulk after a difference.
   *
   * @param size the size that it must have
   * @throws BulkFormatException if the difference doesn't fit the bulk before; its place is that in
   *     the difference
   */
  static byte[] apply(byte[] before, byte[] difference, long size) throws BulkFormatException {
    if (size > before.length + (long) difference.length) {
      throw new BulkFormatException(0, "a difference can't make " + size + " bytes");
    }
    ByteBuffer operations = ByteBuffer.wrap(difference).order(ByteOrder.LITTLE_ENDIAN);
    byte[] after = new byte[(int) size];
    long end = 0;
    int filled = 0;
    while (operations.hasRemaining()) {
      int at = operations.position();
      if (operations.remaining() < OPERATION_BYTES) {
        throw new BulkFormatException(at, "a difference ends within an operation");
      }
      long from = operations.getInt() & 0xFFFF_FFFFL;
      long copied = operations.getInt() & 0xFFFF_FFFFL;
      long taken = operations.getInt() & 0xFFFF_FFFFL;
      if (from < end
          || from + copied > before.length
          || taken > operations.remaining()
          || filled + copied + taken > size) {
        throw new BulkFormatException(at, "an operation of a difference runs past an end");
      }
      System.arraycopy(before, (int) from, after, filled, (int) copied);
      operations.get(after, filled + (int) copied, (int) taken);
      filled += (int) (copied + taken);
      end = from + copied;
    }
    if (filled != size) {
      throw new BulkFormatException(
          difference.length, "a difference makes " + filled + " bytes, not " + size);
    }
    return after;
  }

  private static int size(byte[] bulk, int at) {
    return ByteBuffer.wrap(bulk).order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4);
  }

  /** Finds the records of a bulk by what identifies them. */
  private static final class Index {
    private final ByteBuffer bulk;
    private final long[] keys;
    private final int[] offsets;

    Index(byte[] bytes) {
      bulk = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
      int records = 0;
      for (int at = 0; at < bytes.length; at += bulk.getInt(at + 4)) {
        records++;
      }
      int slots = Integer.highestOneBit(Math.max(1, records)) * 4;
      keys = new long[slots];
      offsets = new int[slots];
      Arrays.fill(offsets, -1);
      for (int at = 0; at < bytes.length; at += bulk.getInt(at + 4)) {
        long key = key(bulk, at);
        int slot = slot(key);
        if (offsets[slot] < 0) {
          keys[slot] = key;
          offsets[slot] = at;
        }
      }
    }

    /** The offset of a record with the same identity and size; -1 if there is none. */
    int find(byte[] other, int at, int size) {
      int offset = offsets[slot(key(ByteBuffer.wrap(other).order(ByteOrder.LITTLE_ENDIAN), at))];
      return offset >= 0 && bulk.getInt(offset + 4) == size ? offset : -1;
    }

    private int slot(long key) {
      int slot = (int) (key ^ key >>> 32) & keys.length - 1;
      while (offsets[slot] >= 0 && keys[slot] != key) {
        slot = slot + 1 & keys.length - 1;
      }
      return slot;
    }

    /** Most records begin with their ids. A text is identified by all of it. */
    private static long key(ByteBuffer bulk, int at) {
      int tag = bulk.getShort(at);
      int size = bulk.getInt(at + 4);
      int end = tag == TextRecord.TYPE.tag() ? at + size : Math.min(at + size, at + HEADER + WORD);
      long key = tag;
      for (int word = at + HEADER; word < end; word += WORD) {
        key = (key ^ bulk.getLong(word)) * 0x9E37_79B9_7F4A_7C15L;
        key ^= key >>> 29;
      }
      return key;
    }
  }
}
