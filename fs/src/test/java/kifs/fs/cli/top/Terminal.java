package kifs.fs.cli.top;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** As much of a terminal as the bytes of a {@link Painter} need. */
final class Terminal {
  private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[([0-9;]*)([A-Za-z])");

  private final int[][] cells;
  private final String[][] styles;
  private int row;
  private int column;
  private String style = "0";

  Terminal(int rows, int columns) {
    cells = new int[rows][columns];
    styles = new String[rows][columns];
  }

  void take(byte[] bytes) {
    String text = new String(bytes, UTF_8);
    Matcher sequence = SEQUENCE.matcher(text);
    for (int at = 0; at < text.length(); ) {
      if (sequence.region(at, text.length()).lookingAt()) {
        take(sequence.group(1), sequence.group(2));
        at = sequence.end();
      } else {
        int character = text.codePointAt(at);
        put(character);
        if (Grid.width(character) == 2) {
          put(Grid.WIDE);
        }
        at += Character.charCount(character);
      }
    }
  }

  private void put(int character) {
    cells[row][column] = character;
    styles[row][column] = style;
    column++;
  }

  private void take(String parameters, String command) {
    switch (command) {
      case "m" -> style = parameters;
      case "H" -> {
        String[] place = parameters.split(";");
        row = Integer.parseInt(place[0]) - 1;
        column = Integer.parseInt(place[1]) - 1;
      }
      case "J" -> {
        for (int i = 0; i < cells.length; i++) {
          Arrays.fill(cells[i], ' ');
          Arrays.fill(styles[i], "0");
        }
      }
      default -> throw new AssertionError(command);
    }
  }

  void assertShows(Grid grid) {
    for (int i = 0; i < cells.length; i++) {
      for (int j = 0; j < cells[i].length; j++) {
        String where = i + "," + j;
        assertEquals(grid.character(i, j), cells[i][j], where);
        assertEquals(Style.parameters(grid.style(i, j), true), styles[i][j], where);
      }
    }
  }
}
