package kifs.testing;

import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Parses the line of an event, as a reader of {@code notify/} gets it. Stateless. */
public final class EventLine {
  /** The keys with which every event begins, in their order. */
  private static final Pattern BEGIN =
      Pattern.compile("time=\\S+Z seq=\\d+ entity=\\S+ pid=\\d+ tid=\\d+ uid=-?\\d+ comm=");

  private EventLine() {}

  /**
   * The values by key, as a reader gets them who splits the line at blanks. Fails if the line isn't
   * one event.
   *
   * @param line without its line feed
   */
  public static Map<String, String> parse(String line) {
    assertTrue(BEGIN.matcher(line).lookingAt(), line);
    Map<String, String> event = new TreeMap<>();
    for (String word : line.split(" ", -1)) {
      int equals = word.indexOf('=');
      assertTrue(equals > 0, line);
      assertNull(event.put(word.substring(0, equals), word.substring(equals + 1)), line);
    }
    return event;
  }
}
