package kifs.fs.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import kifs.fs.cli.table.BadTableException;

/** Changes a view by keys. The keys are those of htop, except of what changes processes. */
final class Controls {
  /** What is to be done after a key. */
  enum Action {
    /** The screen is laid out again. */
    SHOW,
    /** Another bulk is read. */
    READ,
    /** All cells of the screen are written again. */
    REDRAW,
    QUIT
  }

  private final View view;
  private final Feed feed;
  private int page = 10;

  Controls(View view, Feed feed) {
    this.view = view;
    this.feed = feed;
  }

  /**
   * Does what a key is for.
   *
   * @param rows the rows that are shown
   * @param height how many of them are on the screen
   */
  Action handle(Key key, Rows rows, int height) {
    page = Math.max(1, height - 1);
    if (key.name() == Key.Name.REDRAW) {
      return Action.REDRAW;
    }
    return switch (view.mode) {
      case TABLE -> table(key, rows);
      case FILTER -> typed(key, rows, true);
      case SEARCH -> typed(key, rows, false);
      case SORT, USER -> chosen(key);
      case HELP -> {
        view.mode = View.Mode.TABLE;
        yield Action.SHOW;
      }
    };
  }

  private Action table(Key key, Rows rows) {
    switch (key.name()) {
      case CHARACTER -> {
        return character(key.character(), rows);
      }
      case UP -> move(-1, rows);
      case DOWN -> move(1, rows);
      case PAGE_UP -> move(-page, rows);
      case PAGE_DOWN -> move(page, rows);
      case HOME -> move(-rows.shown(), rows);
      case END -> move(rows.shown(), rows);
      case LEFT -> view.left = Math.max(0, view.left - 1);
      case RIGHT -> view.left = Math.min(view.figures().size() - 2, view.left + 1);
      case F1 -> view.mode = View.Mode.HELP;
      case F3 -> begin(View.Mode.SEARCH);
      case F4 -> begin(View.Mode.FILTER);
      case F5 -> view.isTree = !view.isTree;
      case F6 -> chooseSort();
      case F10 -> {
        return Action.QUIT;
      }
      case ESCAPE -> view.filter = "";
      default -> {
        return Action.SHOW;
      }
    }
    return Action.SHOW;
  }

  private Action character(char c, Rows rows) {
    switch (c) {
      case 'q' -> {
        return Action.QUIT;
      }
      case 'h', '?' -> view.mode = View.Mode.HELP;
      case '/' -> begin(View.Mode.SEARCH);
      case '\\' -> begin(View.Mode.FILTER);
      case 'n' -> search(rows, view.selected + 1);
      case 't' -> view.isTree = !view.isTree;
      case 'I' -> view.isInverted = !view.isInverted;
      case 'P' -> sort("runtime/s");
      case 'M' -> sort("rss");
      case 'T' -> sort("runtime");
      case 'N' -> sort(view.kind.columns().get(0));
      case '>', '.', ',' -> chooseSort();
      case 'u' -> chooseUser(rows);
      case 'k', 'j' -> move(c == 'k' ? -1 : 1, rows);
      case ' ' -> tag(rows);
      case 'U' -> view.tagged.clear();
      case 'F' -> view.follows = !view.follows;
      case 'd' -> view.hasDetails = !view.hasDetails;
      case 'Z' -> view.isPaused = !view.isPaused;
      case 'H' -> {
        return show(view.kind == Kind.THREADS ? Kind.PROCESSES : Kind.THREADS);
      }
      case 'w' -> {
        return show(view.kind == Kind.WAITS ? Kind.PROCESSES : Kind.WAITS);
      }
      case '[', ']', '{', '}' -> {
        return feed.move((c == '[' || c == '{' ? -1 : 1) * (c == '{' || c == '}' ? 10 : 1))
            ? Action.READ
            : Action.SHOW;
      }
      default -> {
        return Action.SHOW;
      }
    }
    return Action.SHOW;
  }

  private Action show(Kind kind) {
    view.kind = kind;
    view.selected = 0;
    view.left = 0;
    view.tagged.clear();
    return Action.READ;
  }

  private void move(int rows, Rows in) {
    view.selected = Math.max(0, Math.min(view.selected + rows, in.shown() - 1));
    view.selectedId = in.shown() == 0 ? 0 : in.id(view.selected);
  }

  private void tag(Rows rows) {
    if (view.selectedId != 0 && !view.tagged.remove(view.selectedId)) {
      view.tagged.add(view.selectedId);
    }
    move(1, rows);
  }

  private void sort(String name) {
    try {
      view.sortBy(name);
    } catch (BadTableException e) {
      // Waits have no memory, for example. The order stays.
    }
  }

  private void begin(View.Mode mode) {
    view.mode = mode;
    if (mode == View.Mode.SEARCH) {
      view.search = "";
    }
  }

  private Action typed(Key key, Rows rows, boolean isFilter) {
    String text = isFilter ? view.filter : view.search;
    switch (key.name()) {
      case CHARACTER -> text += key.character();
      case BACKSPACE -> text = text.isEmpty() ? text : text.substring(0, text.length() - 1);
      case ESCAPE -> {
        text = "";
        view.mode = View.Mode.TABLE;
      }
      case ENTER, UP, DOWN -> view.mode = View.Mode.TABLE;
      case F3 -> {
        search(rows, view.selected + 1);
        return Action.SHOW;
      }
      default -> {
        return Action.SHOW;
      }
    }
    if (isFilter) {
      view.filter = text;
    } else {
      view.search = text;
      search(rows, view.selected);
    }
    return Action.SHOW;
  }

  /** Selects the next row, from that one on, that has the text. */
  private void search(Rows rows, int from) {
    String text = view.search.toLowerCase(Locale.ROOT);
    for (int i = 0; i < rows.shown() && !text.isEmpty(); i++) {
      int row = (from + i) % rows.shown();
      if (rows.contains(row, text, view.figures())) {
        view.selected = row;
        view.selectedId = rows.id(row);
        return;
      }
    }
  }

  private void chooseSort() {
    List<View.Choice> choices = new ArrayList<>();
    int at = 0;
    for (Figure figure : Figure.all(view.kind.type())) {
      at = figure.name().equals(view.sort().name()) ? choices.size() : at;
      choices.add(new View.Choice(figure.name(), choices.size()));
    }
    choose(View.Mode.SORT, choices, at);
  }

  private void chooseUser(Rows rows) {
    Map<Long, String> users = new TreeMap<>();
    for (int i = 0; i < rows.shown(); i++) {
      users.computeIfAbsent(rows.kind().uid(rows.row(i)), feed::userName);
    }
    List<View.Choice> choices = new ArrayList<>();
    choices.add(new View.Choice("all users", View.ALL_USERS));
    users.forEach((uid, name) -> choices.add(new View.Choice(uid + " " + name, uid)));
    choose(View.Mode.USER, choices, 0);
  }

  private void choose(View.Mode mode, List<View.Choice> choices, int at) {
    view.mode = mode;
    view.choices = choices;
    view.choice = at;
  }

  private Action chosen(Key key) {
    int last = view.choices.size() - 1;
    switch (key.name()) {
      case UP -> view.choice = Math.max(0, view.choice - 1);
      case DOWN -> view.choice = Math.min(last, view.choice + 1);
      case PAGE_UP -> view.choice = Math.max(0, view.choice - page);
      case PAGE_DOWN -> view.choice = Math.min(last, view.choice + page);
      case HOME -> view.choice = 0;
      case END -> view.choice = last;
      case CHARACTER -> jump(key.character());
      case ENTER -> take(view.choices.get(view.choice));
      case ESCAPE, F10 -> view.mode = View.Mode.TABLE;
      default -> {
        return Action.SHOW;
      }
    }
    return Action.SHOW;
  }

  /** Goes to the next choice that begins with a character. */
  private void jump(char c) {
    for (int i = 1; i <= view.choices.size(); i++) {
      int at = (view.choice + i) % view.choices.size();
      if (view.choices.get(at).text().startsWith(String.valueOf(c))) {
        view.choice = at;
        return;
      }
    }
  }

  private void take(View.Choice choice) {
    if (view.mode == View.Mode.SORT) {
      sort(choice.text());
    } else {
      view.user = choice.value();
    }
    view.mode = View.Mode.TABLE;
  }
}
