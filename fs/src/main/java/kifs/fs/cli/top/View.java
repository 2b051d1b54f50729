package kifs.fs.cli.top;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.table.Column;
import kifs.fs.cli.table.Filter;
import kifs.kernel.record.RecordType;

/** What a person has chosen to see. {@link Controls} changes it. Not thread-safe. */
final class View {
  /** What the keys are for. */
  enum Mode {
    TABLE,
    /** A text is typed, which rows must have. */
    FILTER,
    /** A text is typed, whose next row is selected. */
    SEARCH,
    /** One of the {@link #choices} is selected. */
    SORT,
    USER,
    HELP
  }

  /** One of several things to choose from. */
  record Choice(String text, long value) {}

  /** Stands for the rows of all users. */
  static final long ALL_USERS = -1;

  Mode mode = Mode.TABLE;
  Kind kind = Kind.PROCESSES;
  boolean isInverted;
  boolean isTree;
  boolean isPaused;
  boolean follows;
  boolean hasDetails = true;
  long user = ALL_USERS;
  String filter = "";
  String search = "";
  List<Choice> choices = List.of();
  int choice;

  /** The selected row, the first row that is on the screen, and the first column after the id. */
  int selected;

  int top;
  int left;

  /** The id of the selected row; 0 if there are no rows. */
  int selectedId;

  final Set<Integer> tagged = new HashSet<>();
  private final Map<Kind, List<Figure>> figures = new EnumMap<>(Kind.class);
  private final Map<Kind, Figure> sorts = new EnumMap<>(Kind.class);

  /**
   * A view.
   *
   * @param columns the names of the figures of the first kind; empty: the usual ones
   * @throws BadTableException if there is no such figure
   */
  View(Kind first, List<String> columns, String sort) throws BadTableException {
    kind = first;
    for (Kind each : Kind.values()) {
      boolean isChosen = each == first && !columns.isEmpty();
      figures.put(each, named(isChosen ? columns : each.columns(), each.type()));
      sorts.put(each, sort(each));
    }
    if (!sort.isEmpty()) {
      sortBy(sort);
    }
  }

  private static List<Figure> named(List<String> names, RecordType type) throws BadTableException {
    List<Column> columns = Column.of(type);
    List<Figure> named = new ArrayList<>();
    for (String name : names) {
      named.add(Figure.named(name, type, columns));
    }
    return named;
  }

  /** The figure by which a kind is sorted at first. */
  private static Figure sort(Kind kind) throws BadTableException {
    String name = kind == Kind.WAITS ? "deadlock" : "runtime/s";
    return named(List.of(name), kind.type()).get(0);
  }

  List<Figure> figures() {
    return figures.getOrDefault(kind, List.of());
  }

  Figure sort() {
    Figure sort = sorts.get(kind);
    if (sort == null) {
      throw new IllegalStateException("every kind has an order");
    }
    return sort;
  }

  /**
   * Sorts by a figure, which need not be shown.
   *
   * @throws BadTableException if the kind has no such figure
   */
  void sortBy(String name) throws BadTableException {
    sorts.put(kind, named(List.of(name), kind.type()).get(0));
    isInverted = false;
  }

  /**
   * The rows to show. A text that is a filter such as {@code rss>500M} is one; any other is looked
   * for in the texts that are shown.
   */
  Filter.Rows rows() {
    Filter.Rows matching = filter.isEmpty() ? (bulk, record) -> true : matching(filter);
    if (user == ALL_USERS) {
      return matching;
    }
    Kind of = kind;
    return (bulk, record) -> of.uid(record) == user && matching.passes(bulk, record);
  }

  private Filter.Rows matching(String text) {
    try {
      return Filter.parse(text).rows(kind.type(), Column.of(kind.type()));
    } catch (BadTableException e) {
      // Most words are no filter, and neither is a filter that is still being typed.
      String lowerCase = text.toLowerCase(Locale.ROOT);
      List<Figure> texts = figures().stream().filter(Figure::isText).toList();
      return (bulk, record) ->
          texts.stream()
              .filter(figure -> figure.isPresent(record))
              .anyMatch(
                  figure -> figure.text(bulk, record).toLowerCase(Locale.ROOT).contains(lowerCase));
    }
  }

  /** Keeps the selection within the rows, and the selected row on the screen. */
  void fit(Rows rows, int height) {
    if (follows && selectedId != 0) {
      int row = rows.find(selectedId);
      selected = row < 0 ? selected : row;
    }
    selected = Math.max(0, Math.min(selected, rows.shown() - 1));
    selectedId = rows.shown() == 0 ? 0 : rows.id(selected);
    int last = Math.max(0, rows.shown() - height);
    top = Math.max(selected - height + 1, Math.min(top, selected));
    top = Math.max(0, Math.min(top, last));
  }
}
