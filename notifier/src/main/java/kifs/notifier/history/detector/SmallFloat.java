package kifs.notifier.history.detector;

/**
 * A floating-point number in 16 bits: a sign, 6 bits of exponent and 9 bits of fraction. It holds
 * magnitudes from 2<sup>-24</sup> to 2<sup>40</sup> with an error of at most 0.2 %; what is smaller
 * becomes 0, and what is greater the maximum.
 */
public final class SmallFloat {
  /** The exponent of the least magnitude, as a float has it. */
  private static final int BIAS = (127 - 24) << 23;

  /** The bits of a float's fraction that don't fit. */
  private static final int LOST_BITS = 14;

  private static final int LOST = (1 << LOST_BITS) - 1;
  private static final int MAX = 0x7fff;

  private SmallFloat() {}

  /** Rounds to the nearest. */
  public static short encode(double value) {
    return encode(value, 1 << (LOST_BITS - 1));
  }

  /**
   * Rounds up or down at random, such that the average is right. A mean that moves by less than the
   * precision with each sample thereby still moves.
   *
   * @param random any bits
   */
  static short encode(double value, int random) {
    int bits = Float.floatToRawIntBits((float) value);
    int magnitude = (bits & 0x7fffffff) - BIAS;
    if (magnitude <= LOST) {
      return 0;
    }
    int code = Math.min(MAX, (magnitude + (random & LOST)) >>> LOST_BITS);
    return (short) (bits < 0 ? code | 0x8000 : code);
  }

  public static double decode(short code) {
    // Without a branch: a zero becomes the least magnitude, which is as good.
    return Float.intBitsToFloat(((code & MAX) << LOST_BITS) + BIAS | code & 0x8000_0000);
  }
}
