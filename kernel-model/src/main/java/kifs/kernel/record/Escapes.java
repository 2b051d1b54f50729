package kifs.kernel.record;

import java.util.Locale;

/**
 * How texts from the kernel are written for readers. Such texts are bytes that a process may choose
 * freely; in a {@code String} each char is one byte. There is one style of escapes: {@code \\},
 * {@code \n}, {@code \t}, and {@code \xNN} for every other byte. Stateless, so thread-safe.
 */
public final class Escapes {
  private Escapes() {}

  /**
   * Escapes backslashes and control characters, so that the result is always one line. Bytes above
   * 0x7F stay, because they may be UTF-8.
   */
  public static String line(String raw) {
    return escaped(raw, false);
  }

  /**
   * Escapes all that {@link #line} escapes, and blanks, equals signs and bytes above 0x7F. The
   * result can be a value in a line of {@code key=value}: it is ASCII, and no reader that splits
   * the line at blanks or looks for {@code key=} finds anything in it.
   */
  public static String word(String raw) {
    return escaped(raw, true);
  }

  private static String escaped(String raw, boolean asWord) {
    StringBuilder out = null;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (isPlain(c, asWord)) {
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

  private static boolean isPlain(char c, boolean asWord) {
    boolean visible = c >= ' ' && c != '\\' && c != 0x7F;
    return visible && !(asWord && (c == ' ' || c == '=' || c > 0x7F));
  }
}
