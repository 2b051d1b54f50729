package kifs.fs.cli.top;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A key that was pressed.
 *
 * @param name what it is
 * @param character the byte of a {@link Name#CHARACTER}; otherwise 0
 */
public record Key(Name name, char character) {
  /** The keys that have names. */
  public enum Name {
    CHARACTER,
    ENTER,
    ESCAPE,
    BACKSPACE,
    UP,
    DOWN,
    LEFT,
    RIGHT,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    /** Redraws the screen. */
    REDRAW,
    /** A sequence of a key that has no meaning here. */
    UNKNOWN
  }

  private static final char ESC = 0x1b;

  /** What follows ESC and [ or O, of xterm, the Linux console, tmux and rxvt. */
  private static final Map<String, Name> SEQUENCES =
      Map.ofEntries(
          Map.entry("A", Name.UP),
          Map.entry("B", Name.DOWN),
          Map.entry("C", Name.RIGHT),
          Map.entry("D", Name.LEFT),
          Map.entry("H", Name.HOME),
          Map.entry("F", Name.END),
          Map.entry("1~", Name.HOME),
          Map.entry("7~", Name.HOME),
          Map.entry("4~", Name.END),
          Map.entry("8~", Name.END),
          Map.entry("5~", Name.PAGE_UP),
          Map.entry("6~", Name.PAGE_DOWN),
          Map.entry("P", Name.F1),
          Map.entry("Q", Name.F2),
          Map.entry("R", Name.F3),
          Map.entry("S", Name.F4),
          Map.entry("11~", Name.F1),
          Map.entry("12~", Name.F2),
          Map.entry("13~", Name.F3),
          Map.entry("14~", Name.F4),
          Map.entry("[A", Name.F1),
          Map.entry("[B", Name.F2),
          Map.entry("[C", Name.F3),
          Map.entry("[D", Name.F4),
          Map.entry("[E", Name.F5),
          Map.entry("15~", Name.F5),
          Map.entry("17~", Name.F6),
          Map.entry("18~", Name.F7),
          Map.entry("19~", Name.F8),
          Map.entry("20~", Name.F9),
          Map.entry("21~", Name.F10));

  static Key of(char character) {
    return new Key(Name.CHARACTER, character);
  }

  static Key of(Name name) {
    return new Key(name, '\0');
  }

  /**
   * The keys of some bytes of a terminal. A terminal writes the sequence of a key at once, so an
   * ESC at the end is the key Escape.
   */
  public static List<Key> decode(byte[] bytes, int length) {
    List<Key> keys = new ArrayList<>();
    for (int at = 0; at < length; ) {
      char c = (char) (bytes[at] & 0xFF);
      boolean hasMore = at + 1 < length;
      if (c == ESC && hasMore && (bytes[at + 1] == '[' || bytes[at + 1] == 'O')) {
        int end = end(bytes, length, at + 2);
        String sequence = new String(bytes, at + 2, end - at - 2, StandardCharsets.ISO_8859_1);
        keys.add(of(SEQUENCES.getOrDefault(sequence, Name.UNKNOWN)));
        at = end;
      } else {
        keys.add(single(c));
        at++;
      }
    }
    return keys;
  }

  /** The index after a sequence: it ends with a letter or a tilde. */
  private static int end(byte[] bytes, int length, int from) {
    int at = from;
    // The Linux console has a second bracket.
    if (at < length && bytes[at] == '[') {
      at++;
    }
    while (at < length && (bytes[at] < '@' || bytes[at] > '~')) {
      at++;
    }
    return Math.min(length, at + 1);
  }

  private static Key single(char c) {
    return switch (c) {
      case ESC -> of(Name.ESCAPE);
      case '\r', '\n' -> of(Name.ENTER);
      case 0x7F, '\b' -> of(Name.BACKSPACE);
      case 0x0C -> of(Name.REDRAW);
      default -> c < ' ' ? of(Name.UNKNOWN) : of(c);
    };
  }
}
