package kifs.fs.node.text;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "1, 0.000000001",
    "100000000, 0.1",
    "1000000000, 1.0",
    "1230000000, 1.23",
    "100000000000, 100.0",
    "3600000000001, 3600.000000001",
    "9223372036854775807, 9223372036.854775807",
    "-1500000000, -1.5"
  })
  void seconds(long ns, String text) {
    assertEquals(text, Values.seconds(ns));
  }

  @Property
  void secondsAreExact(@ForAll @LongRange long ns) {
    String text = Values.seconds(ns);
    assertEquals(0, BigDecimal.valueOf(ns, 9).compareTo(new BigDecimal(text)), text);
    assertTrue(text.matches("-?[0-9]+\\.([0-9]|[0-9]*[1-9])"), text);
  }

  @Test
  void percent() {
    assertEquals("0.00", Values.percent(0));
    assertEquals("99.99", Values.percent(99.994));
    assertEquals("12345.68", Values.percent(12345.678));
  }

  @Test
  void limits() {
    assertEquals("unlimited", Values.limit(-1));
    assertEquals("0", Values.limit(0));
    assertEquals("1024", Values.limit(1024));
    assertEquals("18446744073709551614", Values.limit(-2));
  }

  @Test
  void escapes() {
    assertEquals("", Values.escaped(""));
    assertEquals("a b\u00ff\"'", Values.escaped("a b\u00ff\"'"));
    assertEquals("\\\\", Values.escaped("\\"));
    assertEquals("a\\nb", Values.escaped("a\nb"));
    assertEquals("\\ta", Values.escaped("\ta"));
    assertEquals("a\\x0d", Values.escaped("a\r"));
    assertEquals("\\x00\\x1b\\x7f", Values.escaped("\0\u001b\u007f"));
    assertEquals("a\\\\n", Values.escaped("a\\n"), "differs from a newline");
  }

  /** What makes a terminal do something, also if it takes text for UTF-8 or for ISO 8859-1. */
  @ParameterizedTest
  @CsvSource({
    // Control characters U+0080 to U+009F, and the same as single bytes.
    "c29b33316d, \\xc2\\x9b31m",
    "c280c29f, \\xc2\\x80\\xc2\\x9f",
    "9b, \\x9b",
    "61808f, a\\x80\\x8f",
    // Marks that change the direction of text.
    "e280ae, \\xe2\\x80\\xae",
    "e280aae280ae, \\xe2\\x80\\xaa\\xe2\\x80\\xae",
    "e281a6e281a9, \\xe2\\x81\\xa6\\xe2\\x81\\xa9",
    "e2808ee2808f, \\xe2\\x80\\x8e\\xe2\\x80\\x8f",
    // No valid forms of them: too long, cut, a surrogate, too large.
    "c09b, \u00c0\\x9b",
    "e280, \u00e2\\x80",
    "eda08041, \u00ed\u00a0\\x80A",
    "f4908080, \u00f4\\x90\\x80\\x80"
  })
  void commandsToTerminals(String raw, String escaped) {
    byte[] bytes = HexFormat.of().parseHex(raw);
    assertEquals(escaped, Values.escaped(Values.of(bytes)));
  }

  /** Text in any language, of which some bytes lie between 0x80 and 0x9f. */
  @ParameterizedTest
  @ValueSource(strings = {"\u00e0\u00df", "\u65e5\u672c\u8a9e", "\u2603\u2029", "\ud83d\ude00"})
  void textIsNotEscaped(String text) {
    String raw = Values.of(text.getBytes(StandardCharsets.UTF_8));
    assertEquals(raw, Values.escaped(raw));
  }

  /**
   * Any name of a process is written as one line that differs from the lines of all other names.
   */
  @Property
  void escapingIsReversible(@ForAll byte[] raw) {
    String escaped = Values.escaped(Values.of(raw));
    assertTrue(escaped.chars().allMatch(c -> c >= ' ' && c != 0x7F && c <= 0xFF), escaped);
    assertArrayEquals(raw, Values.bytes(unescaped(escaped)), escaped);
  }

  private static String unescaped(String text) {
    StringBuilder raw = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\\') {
        raw.append(text.charAt(i));
        continue;
      }
      i++;
      switch (text.charAt(i)) {
        case '\\' -> raw.append('\\');
        case 'n' -> raw.append('\n');
        case 't' -> raw.append('\t');
        case 'x' -> {
          raw.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
        default -> throw new AssertionError(text);
      }
    }
    return raw.toString();
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "'@', ''",
    "'cat@', 'cat'",
    "'cat@a b@', 'cat a b'",
    "'cat@@b@', 'cat  b'",
    "'cat@@@', 'cat'",
    "'no nul', 'no nul'",
    "'sh@-c@a;\tb@', 'sh -c a;\\tb'"
  })
  void commandLines(String arguments, String line) {
    byte[] raw = arguments.replace('@', '\0').getBytes(StandardCharsets.ISO_8859_1);
    assertEquals(line, Values.commandLine(raw));
  }

  @Test
  void bytesGoOutAsTheyCameIn() {
    byte[] raw = {(byte) 0xff, (byte) 0xc3, 'a', (byte) 0xa0, 0};
    assertEquals("\u00ff\u00c3a\u00a0", Values.commandLine(raw));
    assertArrayEquals(raw, Values.bytes(Values.of(raw)));
  }
}
