package kifs.fs.cli.top;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Makes the bytes that turn one screen of a terminal into the next: only cells that differ are
 * written. The sequences are those of ECMA-48, which all terminals in use know. Not thread-safe.
 */
final class Painter {
  /** Unchanged cells between two changed ones: to write them is shorter than to move the cursor. */
  private static final int GAP = 6;

  private final boolean hasColors;
  private final boolean isUtf8;
  private final StringBuilder out = new StringBuilder();
  private @Nullable Grid shown;
  private int cursorRow;
  private int cursorColumn;
  private int style;

  Painter(boolean hasColors, boolean isUtf8) {
    this.hasColors = hasColors;
    this.isUtf8 = isUtf8;
  }

  /** Forgets what the terminal shows, so that the next frame is written as a whole. */
  void forget() {
    shown = null;
  }

  /**
   * The bytes that show a grid.
   *
   * @param next must not change until the frame after it is painted
   * @return no bytes if nothing differs
   */
  byte[] paint(Grid next) {
    out.setLength(0);
    cursorRow = -1;
    style = -1;
    Grid before = shown;
    if (before == null || before.rows() != next.rows() || before.columns() != next.columns()) {
      before = null;
      out.append("\u001b[0m\u001b[2J");
    }
    for (int row = 0; row < next.rows(); row++) {
      paint(before, next, row);
    }
    shown = next;
    if (style > 0) {
      out.append("\u001b[0m");
    }
    return out.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void paint(@Nullable Grid before, Grid next, int row) {
    for (int column = 0; column < next.columns(); column++) {
      if (next.character(row, column) != Grid.WIDE && differs(before, next, row, column)) {
        move(next, row, column);
        put(next, row, column);
      }
    }
  }

  private static boolean differs(@Nullable Grid before, Grid next, int row, int column) {
    if (before == null) {
      // The screen was cleared.
      return next.character(row, column) != ' ' || next.style(row, column) != Style.PLAIN.code();
    }
    boolean isWide = column + 1 < next.columns() && next.character(row, column + 1) == Grid.WIDE;
    return before.character(row, column) != next.character(row, column)
        || before.style(row, column) != next.style(row, column)
        || isWide && before.character(row, column + 1) != Grid.WIDE;
  }

  private void move(Grid next, int row, int column) {
    if (row == cursorRow && column >= cursorColumn && column - cursorColumn <= GAP) {
      while (cursorColumn < column) {
        if (next.character(row, cursorColumn) == Grid.WIDE) {
          cursorColumn++;
        } else {
          put(next, row, cursorColumn);
        }
      }
      return;
    }
    out.append("\u001b[").append(row + 1).append(';').append(column + 1).append('H');
    cursorRow = row;
    cursorColumn = column;
  }

  private void put(Grid next, int row, int column) {
    int wanted = next.style(row, column);
    if (wanted != style) {
      out.append("\u001b[").append(Style.parameters((byte) wanted, hasColors)).append('m');
      style = wanted;
    }
    int character = next.character(row, column);
    boolean isWide = column + 1 < next.columns() && next.character(row, column + 1) == Grid.WIDE;
    if (isUtf8 || character < 0x7F) {
      out.appendCodePoint(character);
    } else {
      out.append(isWide ? "??" : "?");
    }
    cursorColumn += isWide ? 2 : 1;
  }
}
