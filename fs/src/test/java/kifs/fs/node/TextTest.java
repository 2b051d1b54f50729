package kifs.fs.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class TextTest {
  @Test
  void secondsHaveAsManyDigitsAsItTakesAndAtLeastOne() {
    assertEquals("0.0", Text.seconds(0));
    assertEquals("1.0", Text.seconds(1_000_000_000));
    assertEquals("0.000000001", Text.seconds(1));
    assertEquals("0.1", Text.seconds(100_000_000));
    assertEquals("120.0", Text.seconds(120_000_000_000L));
    assertEquals("-0.5", Text.seconds(-500_000_000));
    assertEquals("9223372036.854775807", Text.seconds(Long.MAX_VALUE));
  }

  @Property
  void secondsAreExact(@ForAll @LongRange(min = 0) long ns) {
    String text = Text.seconds(ns);
    assertEquals(ns, new BigDecimal(text).movePointRight(9).longValueExact());
    assertTrue(text.matches("\\d+\\.\\d+"), text);
  }

  @Test
  void whatWouldBreakALineIsEscaped() {
    assertEquals("plain (x) y", Text.escaped("plain (x) y"));
    assertEquals("a\\nb\\tc\\\\d", Text.escaped("a\nb\tc\\d"));
    assertEquals("\\x00\\x1b\\x7f", Text.escaped("\0\33\177"));
    // Not control characters: the kernel's bytes, whatever they stand for.
    assertEquals("\u00fc\u00ff\u0080", Text.escaped("\u00fc\u00ff\u0080"));
  }

  @Property
  void anEscapedTextIsOneLineAndTellsWhatItWas(@ForAll byte[] raw) {
    String escaped = Text.escaped(Text.of(raw));
    assertFalse(escaped.chars().anyMatch(c -> c < ' ' || c == 0x7F), escaped);
    assertEquals(Text.of(raw), unescaped(escaped));
  }

  private static String unescaped(String text) {
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) != '\\') {
        out.append(text.charAt(i));
        continue;
      }
      char kind = text.charAt(++i);
      switch (kind) {
        case 'n' -> out.append('\n');
        case 't' -> out.append('\t');
        case '\\' -> out.append('\\');
        default -> {
          out.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
          i += 2;
        }
      }
    }
    return out.toString();
  }

  @Test
  void argumentsAreJoinedBySpaces() {
    assertEquals("a b  c", commandLine("a\0b\0\0c\0"));
    assertEquals("", commandLine(""));
    assertEquals("", commandLine("\0\0"));
    assertEquals("one\\nline", commandLine("one\nline"));
  }

  private static String commandLine(String arguments) {
    return Text.commandLine(arguments.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Test
  void limitsAndPercentages() {
    assertEquals("unlimited", Text.limit(-1));
    assertEquals("1024", Text.limit(1024));
    assertEquals("18446744073709551614", Text.limit(-2));
    assertEquals("99.50", Text.percent(99.5));
  }
}
