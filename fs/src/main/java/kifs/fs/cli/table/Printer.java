package kifs.fs.cli.table;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/** Prints tables of the records of bulks. Not thread-safe. */
public final class Printer {
  private final TableQuery query;
  private final TableWriter writer;

  public Printer(TableQuery query, TableWriter writer) {
    this.query = query;
    this.writer = writer;
  }

  /**
   * Prints the tables of a bulk.
   *
   * @throws BadTableException if the query doesn't fit the bulk
   * @throws IOException if the output fails
   */
  public void print(BulkReader bulk) throws BadTableException, IOException {
    List<Table> tables = new ArrayList<>();
    List<RecordType> types = types(bulk);
    checkNames(types);
    for (RecordType type : types) {
      List<Column> all = Column.of(type);
      if (query.filter().names().stream().allMatch(name -> Column.named(name, all).isPresent())) {
        tables.add(table(bulk, type, all));
      }
    }
    writer.write(bulk, tables);
  }

  private List<RecordType> types(BulkReader bulk) throws BadTableException {
    List<RecordType> types =
        query.types().isEmpty()
            ? Records.ALL.stream()
                .filter(type -> type != SnapshotRecord.TYPE && type != TextRecord.TYPE)
                .filter(type -> bulk.count(type) > 0)
                .toList()
            : query.types();
    if (query.format().isOneTable() && types.size() > 1) {
      String format = query.format() == TableQuery.Format.CSV ? "CSV" : "Parquet";
      throw new BadTableException(
          "a " + format + " file has one table; choose one by --tags= of: " + names(types));
    }
    return types;
  }

  /** Fails if none of the types has a column that the query names. */
  private void checkNames(List<RecordType> types) throws BadTableException {
    List<String> names = new ArrayList<>(query.columns());
    names.remove(TableQuery.ALL);
    names.addAll(query.filter().names());
    if (!query.sort().isEmpty()) {
      names.add(sortName());
    }
    for (String name : names) {
      if (!types.isEmpty()
          && types.stream().allMatch(type -> Column.named(name, Column.of(type)).isEmpty())) {
        throw new BadTableException(
            "no column " + name + " in " + names(types) + "; --columns=all shows all columns");
      }
    }
  }

  private static String names(List<RecordType> types) {
    return String.join(
        ", ", types.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).toList());
  }

  private Table table(BulkReader bulk, RecordType type, List<Column> all) throws BadTableException {
    Table table = new Table(bulk, type, columns(type, all), query.filter().rows(type, all));
    if (!query.sort().isEmpty()) {
      Optional<Column> by = Column.named(sortName(), all);
      by.ifPresent(column -> table.sort(column, isDescending(column)));
    }
    table.limit(query.top());
    return table;
  }

  private String sortName() {
    return query.sort().replaceFirst("^[-+]", "");
  }

  /** Numbers begin with the greatest, texts with the first in the order of their bytes. */
  private boolean isDescending(Column column) {
    return query.sort().startsWith("-") || !query.sort().startsWith("+") && column.isNumber();
  }

  private List<Column> columns(RecordType type, List<Column> all) {
    if (query.columns().contains(TableQuery.ALL)) {
      return all;
    }
    if (query.columns().isEmpty()) {
      return query.format() == TableQuery.Format.TABLE ? DefaultColumns.of(type, all) : all;
    }
    return query.columns().stream().flatMap(name -> Column.named(name, all).stream()).toList();
  }
}
