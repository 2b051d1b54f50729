package kifs.fs.root.hogs;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * A table of the processes that have most of something, whose figures are fields of PROCESS.
 * Immutable.
 *
 * @param fields mask of the fields of PROCESS that the columns and the rank need
 * @param rank what rows are sorted by, biggest first. A process in which it is 0 isn't listed
 */
record ProcessTable(Kernel kernel, long fields, ToLongFunction<Record> rank, List<Column> columns)
    implements HogTable {
  /**
   * A column of a table.
   *
   * @param fields mask of the fields of PROCESS that the column needs
   * @param cell makes the text of a process that has all of them; another one's cell is empty
   */
  record Column(String header, long fields, Function<Record, String> cell) {
    static Column of(String header, Field field) {
      return new Column(header, field.bit(), process -> Long.toUnsignedString(process.get(field)));
    }

    String of(Record process) {
      return (process.absent() & fields) == 0 ? cell.apply(process) : "";
    }
  }

  static final Column PID = Column.of("PID", ProcessRecord.PID);
  static final Column UID = Column.of("UID", ProcessRecord.UID);
  static final Column COMMAND =
      new Column("COMMAND", ProcessRecord.COMM.bit(), p -> Values.of(p.bytes(ProcessRecord.COMM)));

  private record Row(long rank, Object[] cells) {}

  /**
   * Defines a table. It also has the process's ids and name.
   *
   * @param ranked mask of the fields that {@code rank} reads; an absent one counts as 0
   */
  static Function<Kernel, HogTable> of(
      long ranked, ToLongFunction<Record> rank, Column... figures) {
    List<Column> columns =
        Stream.of(Stream.of(PID, UID), Stream.of(figures), Stream.of(COMMAND))
            .flatMap(each -> each)
            .toList();
    long fields = columns.stream().mapToLong(Column::fields).reduce(ranked, (a, b) -> a | b);
    return kernel -> new ProcessTable(kernel, fields, rank, columns);
  }

  @Override
  public String text(Viewer viewer, int maxRows) {
    Query query = Query.of(ProcessRecord.TYPE).withFields(ProcessRecord.TYPE, fields);
    List<Row> rows = new ArrayList<>();
    try (Bulk processes = kernel.snapshots().takeShared(query, viewer).join()) {
      processes.forEach(
          ProcessRecord.TYPE,
          process -> {
            long ranked = rank.applyAsLong(process);
            if (ranked != 0) {
              rows.add(
                  new Row(ranked, columns.stream().map(c -> (Object) c.of(process)).toArray()));
            }
          });
    }
    TextTable table = new TextTable(columns.stream().map(Column::header).toArray(String[]::new));
    rows.stream()
        .sorted(Comparator.comparing(Row::rank, Long::compareUnsigned).reversed())
        .limit(maxRows)
        .forEach(row -> table.row(row.cells()));
    return table.text();
  }
}
