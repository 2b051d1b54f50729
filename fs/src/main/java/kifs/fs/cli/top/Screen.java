package kifs.fs.cli.top;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kifs.kernel.record.Escapes;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;

/** Lays a view out to a grid. Not thread-safe. */
final class Screen {
  /** A screen with fewer rows has only one line above the table. */
  private static final int MIN_ROWS = 12;

  private static final int MAX_WIDTH = 24;
  private static final int CHOICE_WIDTH = 34;
  private static final String KEYS =
      "F1Help F3Search F4Filter F5Tree F6Sort HThreads wWaits uUser F10Quit";

  private final View view;
  private final Feed feed;
  private final HostLines host = new HostLines();
  private final boolean isUtf8;

  /** The widths of the figures, which only grow, so that columns don't jump. */
  private int[] widths = new int[0];

  private List<Figure> measured = List.of();

  /** The cells of the rows on the screen: each is made once a frame. */
  private String[][] cells = new String[0][];

  Screen(View view, Feed feed, boolean isUtf8) {
    this.view = view;
    this.feed = feed;
    this.isUtf8 = isUtf8;
  }

  /** The number of rows of the table that fit on a screen. */
  int height(int rows) {
    return Math.max(0, rows - firstRow(rows) - lastLines(rows));
  }

  private static int firstRow(int rows) {
    return rows < MIN_ROWS ? 2 : HostLines.LINES + 1;
  }

  private int lastLines(int rows) {
    return rows < MIN_ROWS ? 0 : view.hasDetails ? 2 : 1;
  }

  /**
   * Lays the view out.
   *
   * @param frame the bulk whose rows these are; empty if none could be read
   * @param note what went wrong; empty if nothing did
   */
  void lay(Grid grid, Optional<Feed.Frame> frame, Rows rows, String note) {
    grid.clear();
    if (view.mode == View.Mode.HELP) {
      Help.lay(grid);
      return;
    }
    int first = firstRow(grid.rows());
    frame.ifPresent(
        present -> host.lay(grid, present.bulk(), present.before(), first - 1, title(rows)));
    if (!note.isEmpty()) {
      grid.fill(0, Style.PLAIN);
      grid.put(
          0, grid.put(0, 0, grid.columns(), note, Style.ALARM), grid.columns(), "  ", Style.PLAIN);
    }
    int height = height(grid.rows());
    view.fit(rows, height);
    measure(rows, height);
    titles(grid, first - 1);
    for (int i = 0; i < height && view.top + i < rows.shown(); i++) {
      row(grid, first + i, rows, view.top + i);
    }
    if (view.mode == View.Mode.SORT || view.mode == View.Mode.USER) {
      choices(grid, first - 1, height + 1);
    }
    lastLines(grid, rows);
  }

  private String title(Rows rows) {
    StringBuilder title = new StringBuilder();
    title.append(rows.shown());
    if (rows.shown() != rows.count()) {
      title.append(" of ").append(rows.count());
    }
    title.append(' ').append(view.kind.name().toLowerCase(Locale.ROOT));
    String moment = feed.moment();
    return title + (moment.isEmpty() ? "" : ", " + moment) + (view.isPaused ? ", paused" : "");
  }

  private void measure(Rows rows, int height) {
    List<Figure> figures = view.figures();
    if (figures != measured) {
      measured = figures;
      widths = new int[figures.size()];
    }
    int visible = Math.min(height, rows.shown() - view.top);
    cells = new String[Math.max(0, visible)][figures.size()];
    for (int column = 0; column < figures.size(); column++) {
      Figure figure = figures.get(column);
      int width = Math.max(widths[column], figure.title().length());
      for (int i = 0; i < visible; i++) {
        cells[i][column] = rows.cell(figure, view.top + i);
        width = Math.max(width, Grid.width(cells[i][column]));
      }
      widths[column] = Math.min(MAX_WIDTH, width);
    }
  }

  /** Receives where a figure stands. */
  private interface Place {
    void at(int column, int from, int end);
  }

  /** Visits the figures that fit: the first, those after the scroll, the sorted and the last. */
  private void places(Grid grid, Place place) {
    int last = measured.size() - 1;
    int name = Math.min(grid.columns() / 3, 16);
    int sorted = sortedColumn();
    int at = 1;
    for (int column = 0; column < last; column++) {
      boolean isScrolled = column > 0 && column <= view.left && column != sorted;
      int kept = sorted > column && sorted < last ? widths[sorted] + 1 : 0;
      int end = at + widths[column];
      if (!isScrolled && end + 1 + kept + name <= grid.columns()) {
        place.at(column, at, end);
        at = end + 1;
      }
    }
    place.at(last, at, grid.columns());
  }

  private int sortedColumn() {
    for (int column = 0; column < measured.size(); column++) {
      if (measured.get(column).name().equals(view.sort().name())) {
        return column;
      }
    }
    return 0;
  }

  private void titles(Grid grid, int row) {
    grid.fill(row, Style.BAR);
    String sort = view.sort().name();
    places(
        grid,
        (column, from, end) -> {
          Figure figure = measured.get(column);
          boolean isSorted = figure.name().equals(sort);
          put(grid, row, from, end, figure, figure.title(), isSorted ? Style.SORTED : Style.BAR);
        });
  }

  private static void put(
      Grid grid, int row, int from, int end, Figure figure, String text, Style style) {
    if (figure.isRight()) {
      grid.putRight(row, from, end, text, style);
    } else {
      grid.put(row, from, end, text, style);
    }
  }

  private void row(Grid grid, int at, Rows rows, int row) {
    int id = rows.id(row);
    String mark = mark(rows, row, id);
    boolean isSelected = row == view.selected;
    Style style =
        isSelected
            ? Style.SELECTED
            : view.tagged.contains(id) ? Style.TAGGED : mark.isEmpty() ? Style.PLAIN : Style.ALARM;
    if (isSelected) {
      grid.fill(at, Style.SELECTED);
    }
    grid.put(at, 0, 1, view.tagged.contains(id) ? "+" : mark, style);
    int last = measured.size() - 1;
    places(
        grid,
        (column, from, end) -> {
          String cell = cells[row - view.top][column];
          String branch = column == last && view.isTree ? rows.branch(row, isUtf8) : "";
          put(grid, at, from, end, measured.get(column), branch + cell, style);
        });
  }

  /** D for a member of a deadlock, ! for what is unusual. */
  private String mark(Rows rows, int row, int id) {
    Record record = rows.row(row);
    if (rows.kind() == Kind.WAITS && record.get(WaitRecord.DEADLOCK) != 0) {
      return "D";
    }
    return feed.unusual(rows.kind(), id).isEmpty() ? "" : "!";
  }

  private void choices(Grid grid, int row, int height) {
    int first = Math.max(0, Math.min(view.choice - height / 2, view.choices.size() - height));
    for (int i = 0; i < height; i++) {
      int at = first + i;
      String text = at < view.choices.size() ? " " + view.choices.get(at).text() : "";
      String padded = text + " ".repeat(Math.max(0, CHOICE_WIDTH - Grid.width(text)));
      Style style = at == view.choice ? Style.SELECTED : Style.LABEL;
      grid.put(row + i, 0, CHOICE_WIDTH, padded, style);
    }
  }

  private void lastLines(Grid grid, Rows rows) {
    int last = grid.rows() - 1;
    int end = grid.columns();
    switch (view.mode) {
      case FILTER, SEARCH -> {
        boolean isFilter = view.mode == View.Mode.FILTER;
        grid.fill(last, Style.BAR);
        String text = Texts.shown(Escapes.line(isFilter ? view.filter : view.search));
        grid.put(last, 0, end, (isFilter ? "Filter: " : "Search: ") + text + "_", Style.BAR);
      }
      case SORT, USER -> {
        grid.fill(last, Style.BAR);
        grid.put(last, 0, end, "Enter chooses, Escape leaves", Style.BAR);
      }
      default -> {
        if (lastLines(grid.rows()) > 0) {
          grid.fill(last, Style.BAR);
          int at = grid.put(last, 0, end, KEYS, Style.BAR);
          if (!view.filter.isEmpty()) {
            String filter = Texts.shown(Escapes.line(view.filter));
            grid.put(last, at + 1, end, "filter: " + filter, Style.SORTED);
          }
        }
      }
    }
    if (lastLines(grid.rows()) > 1 && rows.shown() > 0) {
      detail(grid, last - 1, rows);
    }
  }

  private void detail(Grid grid, int line, Rows rows) {
    int row = view.selected;
    String name = Texts.shown(Escapes.line(name(rows, row)));
    int at = grid.put(line, 0, grid.columns(), rows.id(row) + " " + name + " ", Style.BOLD);
    String unusual = feed.unusual(rows.kind(), rows.id(row));
    if (!unusual.isEmpty()) {
      at = grid.put(line, at, grid.columns(), unusual + " ", Style.ALARM);
    }
    Optional<Feed.Detail> detail = feed.detail(rows.kind(), rows.pid(row), rows.id(row));
    if (detail.isPresent()) {
      int room = Math.min(60, grid.columns() - at - 8);
      at =
          grid.put(
              line,
              at,
              grid.columns(),
              Sparkline.of(detail.get().series(), room, isUtf8),
              Style.GOOD);
      grid.put(line, at + 1, grid.columns(), Texts.shown(detail.get().text()), Style.PLAIN);
    }
  }

  private static String name(Rows rows, int row) {
    Record record = rows.row(row);
    byte[] name =
        switch (rows.kind()) {
          case PROCESSES -> record.bytes(ProcessRecord.COMM);
          case THREADS -> record.bytes(ThreadRecord.COMM);
          case WAITS -> record.bytes(WaitRecord.WAITER_COMM);
        };
    return new String(name, StandardCharsets.ISO_8859_1);
  }
}
