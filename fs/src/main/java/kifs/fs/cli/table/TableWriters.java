package kifs.fs.cli.table;

import java.io.OutputStream;

/** Makes the writers of tables. */
public final class TableWriters {
  private TableWriters() {}

  /**
   * The writer for a format.
   *
   * @param hasTimes whether the time of each bulk is written
   */
  public static TableWriter of(TableQuery query, OutputStream out, boolean hasTimes) {
    return switch (query.format()) {
      case TABLE -> new AlignedWriter(out, hasTimes, query.isHuman());
      case JSON -> new JsonWriter(out, hasTimes, query.isHuman());
      case CSV -> new CsvWriter(out, hasTimes, query.isHuman());
      case PARQUET -> new ParquetWriter(out, query.isHuman());
    };
  }
}
