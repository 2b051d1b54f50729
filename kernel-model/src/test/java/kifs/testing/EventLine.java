package kifs.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses the line of an event, as a reader of {@code notify/} gets it. Stateless. */
public final class EventLine {
  /** The keys with which every event begins, in their order. */
  private static final Pattern BEGIN =
      Pattern.compile("time=\\S+Z seq=\\d+ entity=\\S+ pid=\\d+ tid=\\d+ uid=-?\\d+ comm=");

  /** A value may be quoted; within quotation marks a backslash escapes the next character. */
  private static final Pattern WORD =
      Pattern.compile("([a-z]+)=(\"(?:[^\"\\\\]|\\\\.)*\"|[^ ]*) ?");

  private EventLine() {}

  /**
   * The values by key. A quoted value keeps its quotation marks. Fails if the line isn't one event.
   *
   * @param line without its line feed
   */
  public static Map<String, String> parse(String line) {
    assertTrue(BEGIN.matcher(line).lookingAt(), line);
    Map<String, String> event = new TreeMap<>();
    Matcher words = WORD.matcher(line);
    int at = 0;
    while (words.lookingAt()) {
      event.put(words.group(1), words.group(2));
      at = words.end();
      words.region(at, line.length());
    }
    assertEquals(line.length(), at, line);
    return event;
  }
}
