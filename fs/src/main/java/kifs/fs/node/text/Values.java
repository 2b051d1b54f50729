package kifs.fs.node.text;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * How values look in files. Texts of the kernel's are byte strings, one char a byte: they need not
 * be UTF-8, and go out as they came, but for what would break a line.
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

  /** Copies what there is from an offset on, as much as fits; the number of bytes, 0 at the end. */
  public static int copy(byte[] content, long offset, ByteBuffer to) {
    if (offset >= content.length) {
      return 0;
    }
    int length = Math.min(to.remaining(), content.length - (int) offset);
    to.put(content, (int) offset, length);
    return length;
  }

  /** Seconds with as many digits as it takes, at least one behind the point. */
  public static String seconds(long ns) {
    BigDecimal value = BigDecimal.valueOf(ns, NS_DIGITS).stripTrailingZeros();
    return value.setScale(Math.max(1, value.scale())).toPlainString();
  }

  public static String percent(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }

  /** A limit: all ones means that there is none. */
  public static String limit(long value) {
    return value == -1 ? "unlimited" : Long.toUnsignedString(value);
  }

  /** One line whatever it holds: backslash and control characters are escaped. */
  public static String escaped(String raw) {
    StringBuilder out = null;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c >= ' ' && c != '\\' && c != 0x7F) {
        if (out != null) {
          out.append(c);
        }
        continue;
      }
      if (out == null) {
        out = new StringBuilder(raw.length() + 8).append(raw, 0, i);
      }
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      }
    }
    return out == null ? raw : out.toString();
  }

  /**
   * A device as major:minor.
   *
   * @param device as st_dev
   */
  public static String device(long device) {
    long major = device >>> 8 & 0xFFF | device >>> 32 & ~0xFFFL;
    long minor = device & 0xFF | device >>> 12 & 0xFFFFFF00L;
    return major + ":" + minor;
  }

  /** As it is if that can't be misread, else in double quotes with escapes; always one line. */
  public static String quoted(String raw) {
    boolean plain = !raw.isEmpty() && raw.chars().allMatch(Values::isPlain);
    return plain ? raw : '"' + escaped(raw).replace("\"", "\\\"") + '"';
  }

  private static boolean isPlain(int c) {
    return c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '=';
  }

  /** Arguments ended by NULs, as one line with spaces between them. */
  public static String commandLine(byte[] arguments) {
    int end = arguments.length;
    while (end > 0 && arguments[end - 1] == 0) {
      end--;
    }
    return escaped(new String(arguments, 0, end, StandardCharsets.ISO_8859_1).replace('\0', ' '));
  }
}
