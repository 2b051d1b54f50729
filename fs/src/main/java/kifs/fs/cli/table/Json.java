package kifs.fs.cli.table;

import java.util.Locale;

/** How texts are written in JSON. Stateless. */
public final class Json {
  private Json() {}

  /** A string with its quotation marks. Control characters are escaped. */
  public static String string(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        escaped.append('\\').append(c);
      } else if (c < ' ' || c >= 0x7F && c < 0xA0) {
        escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.append('"').toString();
  }
}
