package kifs.kernel.simulated.script;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.simulated.figures.SimulationException;

/**
 * One line of a script, split into words and then {@code key=value} settings. A value may be
 * quoted; between quotation marks, a backslash makes the next character literal. Not thread-safe.
 */
final class ScriptLine {
  private final List<String> words = new ArrayList<>();
  private final Map<String, String> settings = new LinkedHashMap<>();
  private int next;

  ScriptLine(String line) {
    int at = 0;
    while (at < line.length()) {
      char c = line.charAt(at);
      if (c == '#') {
        return;
      }
      at = Character.isWhitespace(c) ? at + 1 : token(line, at);
    }
  }

  boolean isEmpty() {
    return words.isEmpty() && settings.isEmpty();
  }

  boolean hasWord() {
    return next < words.size();
  }

  /**
   * Returns the next word.
   *
   * @param expected what the word is, for the error message if there is none
   */
  String word(String expected) {
    if (!hasWord()) {
      throw new SimulationException("lacks " + expected);
    }
    return words.get(next++);
  }

  /** Removes a setting and returns its value; null: the line doesn't have it. */
  String take(String key) {
    return settings.remove(key);
  }

  /** Removes a setting and returns its value; refuses a line that doesn't have it. */
  String require(String key) {
    String value = take(key);
    if (value == null) {
      throw new SimulationException("lacks " + key + "=…");
    }
    return value;
  }

  /** The settings that were not removed, in order. */
  Map<String, String> rest() {
    return settings;
  }

  /** Refuses the line if it has a word or a setting that was not read. */
  void requireEnd() {
    if (hasWord()) {
      throw new SimulationException("too much: " + words.get(next));
    }
    if (!settings.isEmpty()) {
      throw new SimulationException("too much: " + settings.keySet().iterator().next() + "=…");
    }
  }

  /** Reads the word or setting that begins at an index, and returns the index of its end. */
  private int token(String line, int from) {
    int at = from;
    while (at < line.length() && isPlain(line.charAt(at)) && line.charAt(at) != '=') {
      at++;
    }
    String head = line.substring(from, at);
    if (at == line.length() || line.charAt(at) != '=') {
      if (at < line.length() && line.charAt(at) == '"') {
        throw new SimulationException("a quotation mark must follow =");
      }
      if (!settings.isEmpty()) {
        throw new SimulationException("a word behind key=value: " + head);
      }
      words.add(head);
      return at;
    }
    StringBuilder value = new StringBuilder();
    int end = value(line, at + 1, value);
    if (head.isEmpty() || settings.putIfAbsent(head, value.toString()) != null) {
      throw new SimulationException(head.isEmpty() ? "= without a key" : "given twice: " + head);
    }
    return end;
  }

  /** Reads the value that begins at an index, and returns the index of its end. */
  private static int value(String line, int from, StringBuilder value) {
    int at = from;
    if (at == line.length() || line.charAt(at) != '"') {
      while (at < line.length() && isPlain(line.charAt(at))) {
        value.append(line.charAt(at++));
      }
      return at;
    }
    at++;
    while (at < line.length() && line.charAt(at) != '"') {
      at += line.charAt(at) == '\\' ? 1 : 0;
      if (at < line.length()) {
        value.append(line.charAt(at++));
      }
    }
    if (at >= line.length()) {
      throw new SimulationException("a quotation mark that doesn't end");
    }
    return at + 1;
  }

  private static boolean isPlain(char c) {
    return !Character.isWhitespace(c) && c != '"' && c != '#';
  }
}
