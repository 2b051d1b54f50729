package kifs.fs.cli.top;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.table.Cells;
import kifs.fs.cli.table.Column;
import kifs.fs.cli.table.Units;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * A column of the view: a column of the catalogue, or what a counter of it grew by in a second. A
 * counter of CPU time grows by so many percent of a CPU. Immutable and thread-safe.
 */
final class Figure {
  /** The end of the name of a rate. */
  static final String RATE = "/s";

  /** How a rate of CPU time is titled everywhere else. */
  private static final String CPU_TITLE = "CPU%";

  private static final long SIGN = Long.MIN_VALUE;

  private final Column column;
  private final boolean isRate;

  private Figure(Column column, boolean isRate) {
    this.column = column;
    this.isRate = isRate;
  }

  /**
   * The figure of that name.
   *
   * @param name the name of a column, with {@code /s} at its end for the rate of a counter
   * @throws BadTableException if the type has no such figure
   */
  static Figure named(String name, RecordType type, List<Column> columns) throws BadTableException {
    boolean isRate = name.endsWith(RATE);
    String plain = isRate ? name.substring(0, name.length() - RATE.length()) : name;
    Column column = Column.named(plain, type, columns);
    if (isRate && !column.isCounter()) {
      throw new BadTableException(plain + " is no counter, so it has no rate");
    }
    return new Figure(column, isRate);
  }

  /** All figures of a type: its columns, and after each counter its rate. */
  static List<Figure> all(RecordType type) {
    List<Figure> figures = new ArrayList<>();
    for (Column column : Column.of(type)) {
      figures.add(new Figure(column, false));
      if (column.isCounter()) {
        figures.add(new Figure(column, true));
      }
    }
    return figures;
  }

  /** The name by which {@link #named} finds it. */
  String name() {
    return isRate ? column.shortName() + RATE : column.shortName();
  }

  String title() {
    if (!isRate) {
      return column.shortName().toUpperCase(Locale.ROOT);
    }
    if (name().equals("runtime/s")) {
      return CPU_TITLE;
    }
    return column.shortName().toUpperCase(Locale.ROOT) + (isTime() ? "%" : "/S");
  }

  String doc() {
    return column.doc();
  }

  boolean isRate() {
    return isRate;
  }

  /** Whether its cells stand at the right. */
  boolean isRight() {
    return column.isNumber() && !column.hasLabels();
  }

  boolean isText() {
    return !column.isNumber();
  }

  private boolean isTime() {
    return column.unit().equals("ns");
  }

  boolean isPresent(Record record) {
    return column.isPresent(record);
  }

  /**
   * The rate of a counter: in percent for times, otherwise in units a second.
   *
   * @param before what the counter was
   * @param ns the time in between, more than 0
   */
  double rate(Record record, long before, long ns) {
    double difference = column.integer(record) - before;
    return Math.max(0, difference) / ns * (isTime() ? 100 : 1e9);
  }

  long counter(Record record) {
    return column.integer(record);
  }

  /** A number whose order is that of the values, for columns with numbers. */
  long key(Record record) {
    if (column.isDecimal()) {
      return key(column.decimal(record));
    }
    long value = column.integer(record);
    return column.isUnsigned() ? value ^ SIGN : value;
  }

  /** A number whose order is that of decimal numbers. */
  static long key(double value) {
    long bits = Double.doubleToLongBits(value);
    return bits < 0 ? bits ^ Long.MAX_VALUE : bits;
  }

  /** The value of a column with texts, as bytes, one char each. */
  String text(BulkReader bulk, Record record) {
    return column.text(bulk, record);
  }

  /**
   * The cell of a present value.
   *
   * @param boottimeNs the boot time of the bulk
   */
  String cell(BulkReader bulk, Record record, long boottimeNs) {
    // A boot time says little, so how long ago it was is shown.
    if (column.isBootTime()) {
      return Units.human(Math.max(0, boottimeNs - column.integer(record)), false, "ns");
    }
    return Cells.human(column, bulk, record);
  }

  /** The cell of a rate. */
  String rateCell(double rate) {
    if (!isTime() && column.unit().equals("bytes")) {
      return Units.human((long) rate, false, "bytes");
    }
    return Units.fixed(rate, rate < 1000 ? 1 : 0);
  }

  @Override
  public String toString() {
    return name();
  }
}
