package kifs.fs.cli.report;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import kifs.kernel.record.Escapes;

/** How texts stand in a page. Stateless. */
final class Html {
  private Html() {}

  /** A text of this program, or in UTF-8, as the content of an element or a value in quotes. */
  static String escaped(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** The characters of bytes of a process, one char each, without control characters. */
  static String shown(byte[] raw) {
    String line = Escapes.line(new String(raw, StandardCharsets.ISO_8859_1));
    return new String(line.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** A time in UTC, to the second. */
  static String time(long realtimeNs) {
    return Instant.ofEpochSecond(0, realtimeNs).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** The time of day in UTC, to the second. */
  static String clock(long realtimeNs) {
    return time(realtimeNs).replaceFirst(".*T(.*)Z", "$1");
  }
}
