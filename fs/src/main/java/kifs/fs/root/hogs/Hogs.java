package kifs.fs.root.hogs;

import static kifs.kernel.record.ProcessRecord.*;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Function;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.entity.StaticDirectory;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.fs.tree.Directory;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/** {@code hogs/}: tables of the processes that use most of a resource, biggest first. */
public final class Hogs {
  /** Rows of a table. A process further down is no hog. */
  private static final int MAX_ROWS = 100;

  /** The share of a limit of 0, of which any use is too much. */
  private static final String OVER = "over";

  /**
   * A column of a table.
   *
   * @param fields the fields of PROCESS that the column needs
   * @param cell makes the text of a process; empty if a field is absent
   */
  private record Column(String header, List<Field> fields, Function<Record, String> cell) {
    static Column of(String header, Field field) {
      return new Column(
          header,
          List.of(field),
          process -> process.has(field) ? Long.toUnsignedString(process.get(field)) : "");
    }
  }

  /**
   * One table. A table is one entry of {@link #ALL}.
   *
   * @param name the name of the file
   * @param doc one line for the README
   * @param rank the field by which rows are sorted. A process in which it is 0 isn't listed
   */
  public record Hog(String name, String doc, Field rank, List<Column> columns) {}

  private static final Column COMMAND =
      new Column("COMMAND", List.of(COMM), p -> Values.of(p.bytes(COMM)));

  public static final List<Hog> ALL =
      List.of(
          hog(
              "fds",
              "processes by open fds, with the share of their limits; first those over a limit of"
                  + " 0",
              FDS,
              Column.of("FDS", FDS),
              new Column("LIMIT", List.of(FD_LIMIT), p -> Values.limit(p.get(FD_LIMIT))),
              new Column("USED", List.of(FDS, FD_LIMIT), Hogs::used)),
          hog(
              "shm",
              "processes by bytes mapped of shared-memory objects, with the bytes resident",
              SHM,
              Column.of("SHM", SHM),
              Column.of("RESIDENT", RSS_SHMEM)));

  private Hogs() {}

  private static Hog hog(String name, String doc, Field rank, Column... figures) {
    List<Column> columns = new ArrayList<>(List.of(Column.of("PID", PID), Column.of("UID", UID)));
    columns.addAll(List.of(figures));
    columns.add(COMMAND);
    return new Hog(name, doc, rank, columns);
  }

  /** Whether the process has used a limit of 0 of what ranks the table. */
  private static boolean isOver(Record process, Hog hog) {
    return hog.rank() == FDS && process.has(FD_LIMIT) && process.get(FD_LIMIT) == 0;
  }

  private static String used(Record process) {
    long limit = process.get(FD_LIMIT);
    if (!process.has(FDS) || !process.has(FD_LIMIT)) {
      return "";
    }
    return limit == 0 ? OVER : Values.percent(100.0 * process.get(FDS) / limit) + "%";
  }

  /** Makes the directory {@code hogs/}. */
  public static Directory directory(Kernel kernel) {
    StaticDirectory directory = new StaticDirectory();
    for (Hog hog : ALL) {
      directory.with(hog.name(), new TextNode(() -> new Table(kernel, hog)));
    }
    return directory;
  }

  /** The text of a table. Every process is read when the table is read. */
  private record Table(Kernel kernel, Hog hog) implements BoundText {
    /** Before the biggest users, those that use more than a limit of 0. */
    private static final Comparator<Row> BIGGEST_FIRST =
        Comparator.comparing(Row::isOver)
            .thenComparing(Row::rank, Long::compareUnsigned)
            .reversed();

    /**
     * A row.
     *
     * @param isOver whether the process uses more than a limit of 0
     */
    private record Row(boolean isOver, long rank, String[] cells) {}

    @Override
    public Executor executor() {
      return kernel.snapshots().wide();
    }

    @Override
    public String text() {
      Field[] fields =
          hog.columns().stream()
              .flatMap(column -> column.fields().stream())
              .distinct()
              .toArray(Field[]::new);
      List<Row> rows = new ArrayList<>();
      try (BulkBuilder processes = kernel.snapshots().collect(fields)) {
        processes.forEach(
            ProcessRecord.TYPE,
            process -> {
              if (process.get(hog.rank()) != 0) {
                rows.add(new Row(isOver(process, hog), process.get(hog.rank()), cells(process)));
              }
            });
      }
      TextTable table =
          new TextTable(hog.columns().stream().map(Column::header).toArray(String[]::new));
      rows.stream()
          .sorted(BIGGEST_FIRST)
          .limit(MAX_ROWS)
          .forEach(row -> table.row((Object[]) row.cells()));
      return table.text();
    }

    private String[] cells(Record process) {
      return hog.columns().stream()
          .map(column -> column.cell().apply(process))
          .toArray(String[]::new);
    }
  }
}
