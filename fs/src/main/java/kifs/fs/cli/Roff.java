package kifs.fs.cli;

import java.util.List;
import java.util.Locale;

/** Writes a manual page in the man macros of groff. Not thread-safe. */
final class Roff {
  private final StringBuilder out = new StringBuilder();

  /**
   * @param section the section of the manual, such as 1 for commands
   * @param version the version of kifs
   */
  Roff(String name, int section, String version, String summary) {
    macro("TH", name.toUpperCase(Locale.ROOT), Integer.toString(section), "", "kifs " + version);
    section("NAME");
    out.append(escaped(name)).append(" \\- ").append(escaped(summary)).append('\n');
  }

  Roff section(String title) {
    macro("SH", title);
    return this;
  }

  Roff subsection(String title) {
    macro("SS", title);
    return this;
  }

  Roff paragraph(String text) {
    macro("PP");
    return text(text);
  }

  private Roff text(String text) {
    text.lines().forEach(line -> out.append(protectedLine(line)).append('\n'));
    return this;
  }

  /** An entry of a list: a word in bold, and what it means. */
  Roff entry(String word, String text) {
    macro("TP");
    out.append("\\fB").append(escaped(word)).append("\\fR\n");
    return text(text);
  }

  /** Lines that stay as they are. */
  Roff verbatim(String lines) {
    macro("PP");
    macro("nf");
    text(lines);
    macro("fi");
    return this;
  }

  Roff seeAlso(List<String> pages) {
    section("SEE ALSO");
    return text(String.join(", ", pages));
  }

  private void macro(String name, String... arguments) {
    out.append('.').append(name);
    for (String argument : arguments) {
      out.append(" \"").append(escaped(argument)).append('"');
    }
    out.append('\n');
  }

  /** Lines that begin with a dot or an apostrophe would be macros. */
  private static String protectedLine(String line) {
    String text = escaped(line);
    return text.startsWith(".") || text.startsWith("'") ? "\\&" + text : text;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    text.codePoints()
        .forEach(
            character -> {
              switch (character) {
                case '\\' -> escaped.append("\\e");
                case '-' -> escaped.append("\\-");
                case '"' -> escaped.append("\\(dq");
                case '^' -> escaped.append("\\(ha");
                case '~' -> escaped.append("\\(ti");
                case '`' -> escaped.append("\\(ga");
                default -> append(escaped, character);
              }
            });
    return escaped.toString();
  }

  private static void append(StringBuilder escaped, int character) {
    if (character < 0x80) {
      escaped.appendCodePoint(character);
    } else {
      escaped.append(String.format("\\[u%04X]", character));
    }
  }

  @Override
  public String toString() {
    return out.toString();
  }
}
