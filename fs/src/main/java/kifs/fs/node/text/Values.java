package kifs.fs.node.text;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import kifs.kernel.record.Escapes;

/**
 * How values are written in files. Texts from the kernel are byte strings, which need not be UTF-8.
 * In a {@code String} each char is one byte, so the bytes reach the client unchanged, except those
 * that {@link #escaped} escapes. Thread-safe.
 */
public final class Values {
  private static final int NS_DIGITS = 9;

  private Values() {}

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static String of(byte[] raw) {
    return new String(raw, StandardCharsets.ISO_8859_1);
  }

  /**
   * Copies as much of the content from an offset on as fits. Returns the number of bytes; 0 at the
   * end.
   */
  public static int copy(byte[] content, long offset, ByteBuffer to) {
    if (offset >= content.length) {
      return 0;
    }
    int length = Math.min(to.remaining(), content.length - (int) offset);
    to.put(content, (int) offset, length);
    return length;
  }

  /** Nanoseconds as seconds with three decimals, for tables; 0 if negative. */
  public static String shortSeconds(long ns) {
    return String.format(Locale.ROOT, "%.3f", Math.max(0, ns) / 1e9);
  }

  /** Nanoseconds as exact seconds, with at least one digit after the point. */
  public static String seconds(long ns) {
    BigDecimal value = BigDecimal.valueOf(ns, NS_DIGITS).stripTrailingZeros();
    return value.setScale(Math.max(1, value.scale())).toPlainString();
  }

  /** Percent with two digits after the point. */
  public static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A limit as an unsigned number. All bits set means that there is no limit. */
  public static String limit(long value) {
    return value == -1 ? "unlimited" : Long.toUnsignedString(value);
  }

  /** A text as one line; see {@link Escapes#line}. */
  public static String escaped(String raw) {
    return Escapes.line(raw);
  }

  /**
   * A device as major:minor.
   *
   * @param device the device number in the kernel's 64-bit encoding, as in st_dev
   */
  public static String device(long device) {
    long major = device >>> 8 & 0xFFF | device >>> 32 & ~0xFFFL;
    long minor = device & 0xFF | device >>> 12 & 0xFFFFFF00L;
    return major + ":" + minor;
  }

  /** A command line whose arguments end in NULs, as one line with spaces between the arguments. */
  public static String commandLine(byte[] arguments) {
    int end = arguments.length;
    while (end > 0 && arguments[end - 1] == 0) {
      end--;
    }
    return escaped(new String(arguments, 0, end, StandardCharsets.ISO_8859_1).replace('\0', ' '));
  }
}
