package kifs.fs.cli.top;

import java.util.Arrays;

/**
 * The cells of a screen: a character and a style in each. What is put beside the grid is cut off.
 * Not thread-safe.
 */
final class Grid {
  /** The second cell of a character that takes two. */
  static final int WIDE = 0;

  private static final int FIRST_WIDE = 0x1100;

  private final int rows;
  private final int columns;
  private final int[] characters;
  private final byte[] styles;

  Grid(int rows, int columns) {
    this.rows = rows;
    this.columns = columns;
    characters = new int[rows * columns];
    styles = new byte[rows * columns];
    clear();
  }

  int rows() {
    return rows;
  }

  int columns() {
    return columns;
  }

  void clear() {
    Arrays.fill(characters, ' ');
    Arrays.fill(styles, Style.PLAIN.code());
  }

  /** The character of a cell, {@link #WIDE} for the second cell of a wide one. */
  int character(int row, int column) {
    return characters[row * columns + column];
  }

  byte style(int row, int column) {
    return styles[row * columns + column];
  }

  /** Gives a whole row a style, for a bar. */
  void fill(int row, Style style) {
    if (row >= 0 && row < rows) {
      Arrays.fill(styles, row * columns, (row + 1) * columns, style.code());
    }
  }

  /**
   * Puts a text, without control characters, into a row.
   *
   * @param end the column before which the text must end
   * @return the column after the text
   */
  int put(int row, int column, int end, String text, Style style) {
    int last = Math.min(end, columns);
    int at = column;
    if (row < 0 || row >= rows) {
      return at;
    }
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      int width = width(character);
      if (at + width > last) {
        return at;
      }
      if (width == 0 || at < 0) {
        continue;
      }
      set(row, at, character, style);
      if (width == 2) {
        set(row, at + 1, WIDE, style);
      }
      at += width;
    }
    return at;
  }

  /** Puts a text that ends before a column. */
  void putRight(int row, int from, int end, String text, Style style) {
    put(row, Math.max(from, end - width(text)), end, text, style);
  }

  private void set(int row, int column, int character, Style style) {
    characters[row * columns + column] = character;
    styles[row * columns + column] = style.code();
  }

  /** How many cells a text takes. */
  static int width(String text) {
    int width = 0;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      i += Character.charCount(character);
      width += width(character);
    }
    return width;
  }

  /** How many cells a character takes: those of East Asia take two, combining ones none. */
  static int width(int character) {
    if (character < FIRST_WIDE) {
      int type = character < 0x300 ? Character.SPACE_SEPARATOR : Character.getType(character);
      return type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK ? 0 : 1;
    }
    int type = Character.getType(character);
    if (type == Character.NON_SPACING_MARK
        || type == Character.ENCLOSING_MARK
        || type == Character.FORMAT) {
      return 0;
    }
    boolean isWide =
        character <= 0x115F
            || character >= 0x2E80 && character <= 0xA4CF && character != 0x303F
            || character >= 0xAC00 && character <= 0xD7A3
            || character >= 0xF900 && character <= 0xFAFF
            || character >= 0xFE30 && character <= 0xFE6F
            || character >= 0xFF00 && character <= 0xFF60
            || character >= 0xFFE0 && character <= 0xFFE6
            || character >= 0x1F300 && character <= 0x1FAFF
            || character >= 0x20000 && character <= 0x3FFFD;
    return isWide ? 2 : 1;
  }

  /** The text of a row, without blanks at its end; for tests and messages. */
  String line(int row) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < columns; column++) {
      int character = character(row, column);
      if (character != WIDE) {
        line.appendCodePoint(character);
      }
    }
    return line.toString().stripTrailing();
  }
}
