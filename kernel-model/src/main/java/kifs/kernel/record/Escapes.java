package kifs.kernel.record;

import java.util.HexFormat;
import java.util.Locale;

/**
 * How texts from the kernel are written for readers. Such texts are bytes that a process may choose
 * freely; in a {@code String} each char is one byte. There is one style of escapes: {@code \\},
 * {@code \n}, {@code \t}, and {@code \xNN} for every other byte. Stateless, so thread-safe.
 */
public final class Escapes {
  private Escapes() {}

  /**
   * Escapes backslashes, control characters, and what {@link Controls} finds, so that the result is
   * always one line, and a terminal takes no byte of it as a command. Other bytes above 0x7F stay,
   * because they may be UTF-8.
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

  /**
   * The text of which {@link #line} or {@link #word} has made a text.
   *
   * @throws IllegalArgumentException if a backslash begins no escape
   */
  public static String unescaped(String escaped) {
    StringBuilder out = new StringBuilder(escaped.length());
    int i = 0;
    while (i < escaped.length()) {
      char c = escaped.charAt(i++);
      if (c != '\\') {
        out.append(c);
        continue;
      }
      switch (i < escaped.length() ? escaped.charAt(i++) : '\0') {
        case '\\' -> out.append('\\');
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case 'x' -> {
          if (i + 2 > escaped.length()) {
            throw new IllegalArgumentException(escaped);
          }
          out.append((char) HexFormat.fromHexDigits(escaped, i, i + 2));
          i += 2;
        }
        default -> throw new IllegalArgumentException(escaped);
      }
    }
    return out.toString();
  }

  private static String escaped(String raw, boolean asWord) {
    StringBuilder out = null;
    int length;
    for (int i = 0; i < raw.length(); i += Math.abs(length)) {
      length = length(raw, i, asWord);
      if (length > 0 && out != null) {
        out.append(raw, i, i + length);
      } else if (length < 0) {
        out = out == null ? new StringBuilder(raw.length() + 8).append(raw, 0, i) : out;
        escape(raw, i, -length, out);
      }
    }
    return out == null ? raw : out.toString();
  }

  /** The length of the character at an index, bytes; negative: it must be escaped. */
  private static int length(String raw, int at, boolean asWord) {
    char c = raw.charAt(at);
    if (c >= 0x80) {
      return asWord ? -1 : Controls.length(raw, at);
    }
    boolean visible = c >= ' ' && c != '\\' && c != 0x7F;
    return visible && !(asWord && (c == ' ' || c == '=')) ? 1 : -1;
  }

  private static void escape(String raw, int from, int length, StringBuilder out) {
    for (char c : raw.substring(from, from + length).toCharArray()) {
      switch (c) {
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\t' -> out.append("\\t");
        default -> out.append(String.format(Locale.ROOT, "\\x%02x", (int) c));
      }
    }
  }
}
