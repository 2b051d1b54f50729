package kifs.fs.root.hogs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.TextTable;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * A table of the processes whose figures grow most, by the history's last sample, and by the whole
 * time where there is no history. Immutable.
 *
 * @param fields mask of the fields of PROCESS that the columns need
 * @param needed those without which a process is not listed, because its reader may not see them
 */
record RateTable(Kernel kernel, long fields, long needed, List<Figure> figures)
    implements HogTable {
  private static final double NS_PER_S = 1e9;

  /** A process at the moment of a read. */
  private record Process(Kernel kernel, Record record) {
    int pid() {
      return (int) record.get(ProcessRecord.PID);
    }

    long bornNs() {
      return record.get(ProcessRecord.START);
    }

    double ageSeconds() {
      return Math.max(1, kernel.boottimeNs() - bornNs()) / NS_PER_S;
    }
  }

  /** What a column shows; rows are sorted by the first kind that a table has and that is known. */
  private enum Kind {
    GROWTH,
    AVERAGE,
    TOTAL
  }

  /**
   * A column.
   *
   * @param fields mask of the fields of PROCESS that it shows
   * @param value NaN: it is not known
   */
  record Figure(Kind kind, String header, long fields, Function<Process, Double> value) {
    /** The growth of a metric in the last interval of the history. */
    static Figure growth(String header, String metric) {
      return new Figure(
          Kind.GROWTH,
          header,
          0,
          process ->
              process.kernel.notifier().history().last(process.pid(), process.bornNs(), metric));
    }

    /** The growth of a field on average since the process began. */
    static Figure average(String header, Field field) {
      return new Figure(
          Kind.AVERAGE,
          header,
          field.bit(),
          process -> process.record.getDouble(field) / process.ageSeconds());
    }

    /** The value of a field. */
    static Figure total(String header, Field field) {
      return new Figure(
          Kind.TOTAL, header, field.bit(), process -> process.record.getDouble(field));
    }
  }

  private record Row(String pid, String uid, String command, double[] values, double rank) {}

  /** Defines a table of processes that have all fields that it shows. */
  static Function<Kernel, HogTable> of(Figure... figures) {
    List<Figure> columns = List.of(figures);
    long needed = columns.stream().mapToLong(Figure::fields).reduce(0, (a, b) -> a | b);
    long fields =
        Stream.of(ProcessTable.PID, ProcessTable.UID, ProcessTable.COMMAND)
            .mapToLong(ProcessTable.Column::fields)
            .reduce(needed | ProcessRecord.START.bit(), (a, b) -> a | b);
    return kernel -> new RateTable(kernel, fields, needed, columns);
  }

  @Override
  public String text(Viewer viewer, int maxRows) {
    List<Row> rows = new ArrayList<>();
    Query query = Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, fields);
    try (Bulk processes = kernel.snapshots().takeShared(query, viewer).join()) {
      processes.forEach(ProcessRecord.TYPE, record -> add(record, rows));
    }
    TextTable table =
        new TextTable(
            Stream.of(
                    Stream.of("PID", "UID"),
                    figures.stream().map(Figure::header),
                    Stream.of("COMMAND"))
                .flatMap(each -> each)
                .toArray(String[]::new));
    rows.stream()
        .filter(row -> row.rank > 0)
        .sorted(Comparator.comparingDouble(Row::rank).reversed())
        .limit(maxRows)
        .forEach(row -> addTo(table, row));
    return table.text();
  }

  private void add(Record record, List<Row> rows) {
    if ((record.absent() & needed) != 0) {
      return;
    }
    Process process = new Process(kernel, record);
    double[] values = figures.stream().mapToDouble(figure -> figure.value.apply(process)).toArray();
    rows.add(
        new Row(
            ProcessTable.PID.of(record),
            ProcessTable.UID.of(record),
            ProcessTable.COMMAND.of(record),
            values,
            rank(values)));
  }

  /** The sum of the figures by which the table is sorted. What is not known counts as 0. */
  private double rank(double[] values) {
    Kind by = kernel.notifier().history().isOn() ? Kind.GROWTH : sortedWithoutHistory();
    double rank = 0;
    for (int i = 0; i < values.length; i++) {
      rank += figures.get(i).kind == by && values[i] > 0 ? values[i] : 0;
    }
    return rank;
  }

  private Kind sortedWithoutHistory() {
    return figures.stream().anyMatch(figure -> figure.kind == Kind.AVERAGE)
        ? Kind.AVERAGE
        : Kind.TOTAL;
  }

  private static void addTo(TextTable table, Row row) {
    List<Object> cells = new ArrayList<>(List.of(row.pid, row.uid));
    for (double value : row.values) {
      cells.add(Double.isNaN(value) ? "" : Long.toString(Math.round(value)));
    }
    cells.add(row.command);
    table.row(cells.toArray());
  }
}
