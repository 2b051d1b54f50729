package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Adds texts to a bulk, and equal texts only once. Most open files of a host have the same path as
 * another one. Not thread-safe.
 */
public final class SharedTexts {
  private static final int INITIAL_SLOTS = 256;

  /** Maximum of remembered texts. Later texts are added even if they are equal to others. */
  private static final int MAX_TEXTS = 1 << 17;

  private final BulkBuilder into;
  private byte[][] texts = new byte[INITIAL_SLOTS][];
  private long[] offsets = new long[INITIAL_SLOTS];
  private int size;

  public SharedTexts(BulkBuilder into) {
    this.into = into;
  }

  /**
   * @return offset of the text's first byte in the finished bulk
   */
  public long add(ByteBuffer bytes, int from, int length) {
    int slot = slot(texts, hash(bytes, from, length), bytes, from, length);
    if (texts[slot] != null) {
      return offsets[slot];
    }
    long offset = into.appendText(bytes, from, length);
    if (size < MAX_TEXTS) {
      byte[] text = new byte[length];
      bytes.get(from, text);
      texts[slot] = text;
      offsets[slot] = offset;
      size++;
      if (size * 2 > texts.length) {
        grow();
      }
    }
    return offset;
  }

  private void grow() {
    byte[][] larger = new byte[texts.length * 2][];
    long[] moved = new long[larger.length];
    for (int i = 0; i < texts.length; i++) {
      byte[] text = texts[i];
      if (text != null) {
        ByteBuffer bytes = ByteBuffer.wrap(text);
        int slot = slot(larger, hash(bytes, 0, text.length), bytes, 0, text.length);
        larger[slot] = text;
        moved[slot] = offsets[i];
      }
    }
    texts = larger;
    offsets = moved;
  }

  /** Index of that text, or the index at which it is to be inserted. */
  private static int slot(byte[][] in, int hash, ByteBuffer bytes, int from, int length) {
    int slot = hash & in.length - 1;
    while (in[slot] != null && !isEqual(in[slot], bytes, from, length)) {
      slot = slot + 1 & in.length - 1;
    }
    return slot;
  }

  private static boolean isEqual(byte[] text, ByteBuffer bytes, int from, int length) {
    if (text.length != length) {
      return false;
    }
    if (bytes.hasArray()) {
      int at = bytes.arrayOffset() + from;
      return Arrays.equals(text, 0, length, bytes.array(), at, at + length);
    }
    for (int i = 0; i < length; i++) {
      if (text[i] != bytes.get(from + i)) {
        return false;
      }
    }
    return true;
  }

  private static int hash(ByteBuffer bytes, int from, int length) {
    int hash = length;
    for (int i = from; i < from + length; i++) {
      hash = hash * 31 + bytes.get(i);
    }
    return hash ^ hash >>> 15;
  }
}
