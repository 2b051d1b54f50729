package kifs.kernel.limits;

import java.util.List;

/** Numbers in the texts of limits. Stateless. */
final class Numbers {
  private static final int BASE = 10;
  private static final String SUFFIXES = "KMGT";
  private static final int BITS_PER_SUFFIX = 10;

  private Numbers() {}

  /** The words of a text. A text without any has none. */
  static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split("[ \t]+"));
  }

  /**
   * Reads a decimal number.
   *
   * @throws LimitException EINVAL if it isn't one, or is outside of the bounds
   */
  static int inRange(String word, int min, int max) {
    try {
      int value = Integer.parseInt(word, BASE);
      if (value >= min && value <= max && !word.startsWith("+")) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw outside(min, max);
    }
    throw outside(min, max);
  }

  private static LimitException outside(int min, int max) {
    return LimitException.invalid("not a number from " + min + " to " + max);
  }

  /**
   * Reads an unsigned 64-bit number.
   *
   * @param isBytes whether it may end in K, M, G or T, powers of 1024
   * @throws LimitException EINVAL if it isn't one
   */
  static long unsigned(String word, boolean isBytes) {
    int suffix = word.isEmpty() ? -1 : SUFFIXES.indexOf(word.charAt(word.length() - 1));
    boolean hasSuffix = isBytes && suffix >= 0;
    String digits = hasSuffix ? word.substring(0, word.length() - 1) : word;
    try {
      long number = Long.parseUnsignedLong(digits, BASE);
      int shift = hasSuffix ? (suffix + 1) * BITS_PER_SUFFIX : 0;
      long value = number << shift;
      if (value >>> shift == number && Character.digit(digits.charAt(0), BASE) >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw LimitException.invalid("not a number");
    }
    throw LimitException.invalid("not a number of 64 bits");
  }
}
