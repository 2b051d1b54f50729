package kifs.kernel.record;

/**
 * Finds what a terminal takes as a command beyond ASCII: the control characters U+0080 to U+009F,
 * of which U+009B begins a sequence like ESC [ does, and the marks that reverse the direction of
 * text. A byte from 0x80 to 0x9F that belongs to no character is one, too, because a terminal that
 * doesn't expect UTF-8 takes it so. Each char of a text is one byte. Stateless.
 */
final class Controls {
  private static final int LAST_C1 = 0x9F;
  private static final int LONGEST = 4;
  private static final int BITS = 6;

  /** The smallest character of each length in bytes. A longer form of it is not valid. */
  private static final int[] SMALLEST = {0, 0, 0x80, 0x800, 0x10000};

  private Controls() {}

  /**
   * The length of the character at an index, whose first byte is not ASCII.
   *
   * @return bytes; 1 for a byte that belongs to no character; negative: that many bytes must be
   *     escaped
   */
  static int length(String raw, int at) {
    int first = raw.charAt(at);
    int length = first >= 0xF0 ? LONGEST : first >= 0xE0 ? 3 : 2;
    int point = first & 0x7F >> length;
    boolean valid = first >= 0xC2 && first <= 0xF4 && at + length <= raw.length();
    for (int i = 1; i < length && valid; i++) {
      int next = raw.charAt(at + i);
      valid = next >> BITS == 2;
      point = point << BITS | next & 0x3F;
    }
    boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
    valid &= point >= SMALLEST[length] && point <= Character.MAX_CODE_POINT && !surrogate;
    if (!valid) {
      return first > LAST_C1 ? 1 : -1;
    }
    return isControl(point) ? -length : length;
  }

  private static boolean isControl(int point) {
    return point <= LAST_C1
        || point == 0x200E
        || point == 0x200F
        || point >= 0x202A && point <= 0x202E
        || point >= 0x2066 && point <= 0x2069;
  }
}
