package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/**
 * Parses the text of one /proc file. No method that reads text throws, whatever the bytes are. A
 * word is no number if it has other characters, needs more than 64 bits, or is the end of the text
 * (its last digits may have been cut off). The cursor then continues after the word. Not
 * thread-safe.
 */
public final class ByteCursor {
  private byte[] bytes = {};
  private int at;
  private int end;
  private long value;
  private boolean negative;
  private double decimal;

  /** Moves the cursor to the beginning of a text, whose bytes are not copied. */
  public ByteCursor over(byte[] text, int length) {
    bytes = text;
    at = 0;
    end = length;
    return this;
  }

  public static ByteCursor of(String latin1) {
    byte[] text = latin1.getBytes(StandardCharsets.ISO_8859_1);
    return new ByteCursor().over(text, text.length);
  }

  public byte[] bytes() {
    return bytes;
  }

  public int position() {
    return at;
  }

  public void position(int index) {
    at = index;
  }

  public int end() {
    return end;
  }

  boolean atEnd() {
    return at >= end;
  }

  /** The byte at the cursor; -1 at the end. */
  public int peek() {
    return at < end ? bytes[at] & 0xFF : -1;
  }

  /** First index of a byte at or after the cursor; -1 if there is none. */
  public int indexOf(int wanted) {
    for (int i = at; i < end; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Last index of a byte at or after the cursor; -1 if there is none. */
  public int lastIndexOf(int wanted) {
    for (int i = end - 1; i >= at; i--) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  /** Moves to the beginning of the next line. Returns false if there is none. */
  public boolean nextLine() {
    while (at < end) {
      if (bytes[at++] == '\n') {
        return at < end;
      }
    }
    return false;
  }

  /** Moves after a word if the text at the cursor begins with it. Returns whether it does. */
  public boolean skip(byte[] word) {
    if (end - at < word.length) {
      return false;
    }
    for (int i = 0; i < word.length; i++) {
      if (bytes[at + i] != word[i]) {
        return false;
      }
    }
    at += word.length;
    return true;
  }

  public void skipBlanks() {
    while (at < end && (bytes[at] == ' ' || bytes[at] == '\t')) {
      at++;
    }
  }

  /** Moves after the next word of this line. */
  public void skipWord() {
    skipBlanks();
    while (at < end && !isSpace(bytes[at])) {
      at++;
    }
  }

  /** Reads a decimal number, which {@link #value} then returns. Returns false if it is none. */
  public boolean number() {
    return number(' ');
  }

  /** Reads a decimal number that a space or {@code terminator} ends, see {@link #number()}. */
  public boolean number(int terminator) {
    skipBlanks();
    negative = at < end && bytes[at] == '-';
    if (negative) {
      at++;
    }
    int first = at;
    long sum = 0;
    boolean fits = true;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      int digit = bytes[at++] - '0';
      long next = sum * 10 + digit;
      // 0x1999999999999999 is the last value whose tenfold fits in 64 bits.
      fits &= Long.compareUnsigned(sum, 0x1999_9999_9999_9999L) <= 0;
      fits &= Long.compareUnsigned(next, digit) >= 0;
      sum = next;
    }
    value = negative ? -sum : sum;
    fits &= !negative || sum >= 0;
    return endWord(at > first && fits, terminator);
  }

  /**
   * The number after a key, in the first line from the cursor on that begins with it; -1 if there
   * is no such line, or no number after the key.
   */
  public long numberAfter(byte[] key) {
    do {
      if (skip(key)) {
        return number() ? value : -1;
      }
    } while (nextLine());
    return -1;
  }

  /**
   * Reads a hexadecimal number with or without {@code 0x}, which {@link #value} then returns.
   * Returns false if it is none.
   */
  public boolean hexadecimal() {
    skipBlanks();
    if (end - at >= 2 && bytes[at] == '0' && bytes[at + 1] == 'x') {
      at += 2;
    }
    int first = at;
    long sum = 0;
    int digit = digit();
    while (digit >= 0) {
      sum = sum << 4 | digit;
      at++;
      digit = digit();
    }
    value = sum;
    negative = false;
    return endWord(at > first && at - first <= Long.BYTES * 2, ' ');
  }

  /**
   * Reads a number such as {@code 12.34}, which {@link #decimal()} then returns. Returns false if
   * it is none.
   */
  public boolean decimal(int terminator) {
    skipBlanks();
    int first = at;
    double sum = 0;
    double unit = 0;
    while (at < end && (isDigit(bytes[at]) || bytes[at] == '.' && unit == 0)) {
      if (bytes[at] == '.') {
        unit = 1;
      } else {
        sum = sum * 10 + (bytes[at] - '0');
        unit *= 10;
      }
      at++;
    }
    decimal = unit > 1 ? sum / unit : sum;
    return endWord(at > first && isDigit(bytes[at - 1]) && at - first < 20, terminator);
  }

  private boolean endWord(boolean good, int terminator) {
    if (at >= end) {
      return false;
    }
    if (good && (isSpace(bytes[at]) || bytes[at] == terminator)) {
      return true;
    }
    while (at < end && !isSpace(bytes[at]) && bytes[at] != terminator) {
      at++;
    }
    return false;
  }

  public long value() {
    return value;
  }

  public double decimal() {
    return decimal;
  }

  /**
   * Reads a number into a field. The field stays absent if it can't hold the number, or is none.
   */
  public void put(Record into, Field field) {
    put(into, field, 1);
  }

  /** Reads a number and puts {@code scale} times its value into a field, see above. */
  public void put(Record into, Field field, long scale) {
    if (number() && fits(field, scale)) {
      into.set(field, value * scale);
    }
  }

  private boolean fits(Field field, long scale) {
    if (scale != 1) {
      return value >= 0 && value <= Long.MAX_VALUE / scale;
    }
    return switch (field.type()) {
      case U8, CHAR -> (value & ~0xFFL) == 0;
      case U16 -> (value & ~0xFFFFL) == 0;
      case U32 -> (value & ~0xFFFF_FFFFL) == 0;
      case S32 -> value == (int) value && negative == value < 0;
      case U64 -> !negative;
      case S64, F64 -> negative == value < 0;
    };
  }

  private int digit() {
    return at < end ? Character.digit(bytes[at], 16) : -1;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\t';
  }
}
