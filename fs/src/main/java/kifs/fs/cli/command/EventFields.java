package kifs.fs.cli.command;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kifs.fs.cli.table.Json;
import kifs.notifier.waiting.EventField;

/**
 * The fields of an event line, {@code key=value} by blanks, as docs/notify.md has it. Stateless.
 */
final class EventFields {
  private static final Pattern FIELD = Pattern.compile("\\{([a-z]+)\\}");

  /** The keys of all fields that an event can have. */
  static final List<String> KEYS = Stream.of(EventField.values()).map(EventField::key).toList();

  private EventFields() {}

  /** The fields in order, without escapes. */
  static Map<String, String> parse(String line) {
    Map<String, String> fields = new LinkedHashMap<>();
    for (String word : line.strip().split(" ")) {
      int equals = word.indexOf('=');
      if (equals > 0) {
        fields.put(word.substring(0, equals), unescaped(word.substring(equals + 1)));
      }
    }
    return fields;
  }

  /** Undoes the escapes of a word: {@code \xNN} is a byte. */
  private static String unescaped(String word) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(word.length());
    for (int i = 0; i < word.length(); i++) {
      char next = word.charAt(i) == '\\' && i + 1 < word.length() ? word.charAt(++i) : 0;
      if (next == 'x' && i + 2 < word.length()) {
        bytes.write(Integer.parseInt(word.substring(i + 1, i + 3), 16));
        i += 2;
      } else {
        bytes.write(next == 0 ? word.charAt(i) : next == 'n' ? '\n' : next == 't' ? '\t' : next);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  /** A JSON object: decimal numbers are numbers, all else are strings. */
  static String json(Map<String, String> fields) {
    StringBuilder object = new StringBuilder("{");
    fields.forEach(
        (key, value) -> {
          object.append(object.length() == 1 ? "" : ",");
          object.append(Json.string(key)).append(':');
          boolean isNumber = value.matches("-?(0|[1-9][0-9]{0,18})(\\.[0-9]+)?");
          object.append(isNumber ? value : Json.string(value));
        });
    return object.append('}').toString();
  }

  /** The first {@code {key}} in a shell command that no event has; empty: there is none. */
  static String unknown(String command) {
    return FIELD
        .matcher(command)
        .results()
        .filter(field -> !KEYS.contains(field.group(1)))
        .map(MatchResult::group)
        .findFirst()
        .orElse("");
  }

  /**
   * Replaces {@code {key}} in a shell command by the value, quoted so that it is one word. A field
   * that this event doesn't have is an empty word.
   */
  static String inserted(String command, Map<String, String> fields) {
    // One pass, so that a value with braces is not replaced again.
    return FIELD
        .matcher(command)
        .replaceAll(
            field -> Matcher.quoteReplacement(quoted(fields.getOrDefault(field.group(1), ""))));
  }

  /** One word for a shell. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }
}
