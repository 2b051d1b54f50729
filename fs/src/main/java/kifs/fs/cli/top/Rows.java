package kifs.fs.cli.top;

import java.util.List;
import java.util.Locale;
import kifs.fs.cli.table.Filter;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;
import org.jspecify.annotations.Nullable;

/**
 * The rows of the view: which records of a bulk, in which order. It keeps numbers in arrays and no
 * object for a row, so that a host with many threads costs no garbage. Not thread-safe.
 */
final class Rows {
  private static final int NONE = -1;

  private final Tree tree = new Tree();
  private Kind kind = Kind.PROCESSES;
  private @Nullable BulkReader bulk;
  private @Nullable BulkReader earlier;
  private Record record = new Record(kind.type());
  private Record before = new Record(kind.type());
  private long boottimeNs;
  private long intervalNs;

  /** The number of records of the kind in the bulk. */
  private int count;

  /** Where the records are in the bulk, in its order. */
  private int[] offsets = new int[1024];

  /** Where the same entities are in the bulk before; {@link #NONE}: they weren't there. */
  private int[] offsetsBefore = new int[1024];

  /** The numbers of the records that are shown, in their order. */
  private int[] order = new int[1024];

  private int shown;
  private int[] spare = new int[0];
  private long[] keys = new long[0];
  private String[] texts = new String[0];

  /**
   * Takes the records of a bulk. Nothing is shown before {@link #select}.
   *
   * @param previous the bulk before it of the same boot; null if there is none
   */
  void fill(Kind of, BulkReader now, @Nullable BulkReader previous) {
    if (of != kind) {
      kind = of;
      record = new Record(of.type());
      before = new Record(of.type());
    }
    bulk = now;
    earlier = previous;
    boottimeNs = now.snapshot().get(SnapshotRecord.BOOTTIME);
    count = 0;
    shown = 0;
    now.forEach(of.type(), this::add);
    offsetsBefore = Ints.atLeast(offsetsBefore, count);
    order = Ints.atLeast(order, count);
    spare = Ints.atLeast(spare, count);
    keys = keys.length < count ? new long[offsets.length] : keys;
    for (int i = 0; i < count; i++) {
      offsetsBefore[i] = NONE;
    }
    if (previous != null) {
      intervalNs = boottimeNs - previous.snapshot().get(SnapshotRecord.BOOTTIME);
      join(previous);
    }
  }

  private void add(Record row) {
    offsets = Ints.atLeast(offsets, count + 1);
    offsets[count++] = row.offset();
  }

  /** Finds the entities in the bulk before. Both bulks are in the order of pid and tid. */
  private void join(BulkReader previous) {
    if (intervalNs <= 0) {
      return;
    }
    int[] next = {0};
    previous.forEach(
        kind.type(),
        old -> {
          long id = identity(old);
          while (next[0] < count && identity(at(next[0])) < id) {
            next[0]++;
          }
          if (next[0] < count && identity(record) == id && kind.start(record) == kind.start(old)) {
            offsetsBefore[next[0]] = old.offset();
          }
        });
  }

  /** Whether a figure is absent in every record. */
  boolean lacks(List<Figure> figures, Figure sort) {
    return count > 0 && (lacks(sort) || figures.stream().anyMatch(this::lacks));
  }

  private boolean lacks(Figure figure) {
    for (int i = 0; i < count; i++) {
      if (figure.isPresent(at(i))) {
        return false;
      }
    }
    return true;
  }

  private long identity(Record of) {
    return (long) kind.pid(of) << 32 | kind.id(of);
  }

  private Record at(int number) {
    return record.wrap(bulk().snapshot().buffer(), offsets[number]);
  }

  private BulkReader bulk() {
    if (bulk == null) {
      throw new IllegalStateException("no bulk yet");
    }
    return bulk;
  }

  /**
   * Chooses and sorts the rows.
   *
   * @param filter which rows
   * @param by the figure to sort by
   * @param isInverted whether numbers begin with the least, and texts with the last
   * @param isTree whether each row stands below its parent; then parents of chosen rows are shown
   */
  void select(Filter.Rows filter, Figure by, boolean isInverted, boolean isTree) {
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    sort(by, isInverted);
    if (isTree) {
      shown = tree.arrange(this, order, count, number -> filter.passes(bulk(), at(number)));
      return;
    }
    shown = 0;
    for (int i = 0; i < count; i++) {
      if (filter.passes(bulk(), at(order[i]))) {
        order[shown++] = order[i];
      }
    }
  }

  /** The greatest number, or the first text, comes first. What is absent comes last. */
  private void sort(Figure by, boolean isInverted) {
    if (by.isText()) {
      sortByText(by, isInverted);
      return;
    }
    boolean ascends = isInverted;
    for (int i = 0; i < count; i++) {
      keys[i] = key(by, i, ascends);
    }
    long[] sorted = keys;
    Ints.sort(order, count, spare, (a, b) -> Long.compare(sorted[a], sorted[b]));
  }

  private long key(Figure by, int number, boolean ascends) {
    at(number);
    if (!by.isPresent(record)) {
      return Long.MAX_VALUE;
    }
    if (by.isRate()) {
      double rate = rateOf(by, number);
      return Double.isNaN(rate) ? Long.MAX_VALUE : ascends ? Figure.key(rate) : ~Figure.key(rate);
    }
    return ascends ? by.key(record) : ~by.key(record);
  }

  private void sortByText(Figure by, boolean isInverted) {
    texts = texts.length < count ? new String[offsets.length] : texts;
    for (int i = 0; i < count; i++) {
      at(i);
      texts[i] = by.isPresent(record) ? by.text(bulk(), record) : "";
    }
    String[] sorted = texts;
    int sign = isInverted ? -1 : 1;
    Ints.sort(
        order,
        count,
        spare,
        (a, b) ->
            sorted[a].isEmpty() || sorted[b].isEmpty()
                ? Boolean.compare(sorted[a].isEmpty(), sorted[b].isEmpty())
                : sign * sorted[a].compareTo(sorted[b]));
  }

  /** The rate of a record that the flyweight is at; NaN if it isn't known. */
  private double rateOf(Figure figure, int number) {
    BulkReader old = earlier;
    if (old != null && offsetsBefore[number] != NONE) {
      before.wrap(old.snapshot().buffer(), offsetsBefore[number]);
      return figure.isPresent(before)
          ? figure.rate(record, figure.counter(before), intervalNs)
          : Double.NaN;
    }
    long age = boottimeNs - kind.start(record);
    return age > 0 && kind.start(record) > 0 ? figure.rate(record, 0, age) : Double.NaN;
  }

  Kind kind() {
    return kind;
  }

  /** The number of records, shown or not. */
  int count() {
    return count;
  }

  /** The number of rows that are shown. */
  int shown() {
    return shown;
  }

  /** A flyweight at the record of a row, until the next call. */
  Record row(int row) {
    return at(order[row]);
  }

  int id(int row) {
    return kind.id(row(row));
  }

  int pid(int row) {
    return kind.pid(row(row));
  }

  /** The row of an entity; -1 if it isn't shown. */
  int find(int id) {
    for (int i = 0; i < shown; i++) {
      if (id(i) == id) {
        return i;
      }
    }
    return NONE;
  }

  /** What is drawn before the name of a row of a tree; empty if there is no tree. */
  String branch(int row, boolean isUtf8) {
    return tree.branch(order[row], isUtf8);
  }

  int idOf(int number) {
    return kind.id(at(number));
  }

  int parentOf(int number) {
    return kind.parent(at(number));
  }

  /** The rate of a figure in a row, in its unit; NaN if it isn't known. */
  double rate(Figure figure, int row) {
    return figure.isPresent(row(row)) ? rateOf(figure, order[row]) : Double.NaN;
  }

  /** The cell of a row; {@code -} if the value is absent. */
  String cell(Figure figure, int row) {
    if (!figure.isPresent(row(row))) {
      return "-";
    }
    if (figure.isRate()) {
      double rate = rateOf(figure, order[row]);
      return Double.isNaN(rate) ? "-" : figure.rateCell(rate);
    }
    return Texts.shown(figure.cell(bulk(), record, boottimeNs));
  }

  /** Whether a text stands in one of some figures of a row, in upper or lower case. */
  boolean contains(int row, String lowerCase, List<Figure> figures) {
    for (Figure figure : figures) {
      if (figure.isText() && figure.isPresent(row(row))) {
        if (figure.text(bulk(), record).toLowerCase(Locale.ROOT).contains(lowerCase)) {
          return true;
        }
      }
    }
    return false;
  }
}
