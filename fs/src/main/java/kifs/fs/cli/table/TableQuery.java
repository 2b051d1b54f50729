package kifs.fs.cli.table;

import java.util.List;
import kifs.kernel.record.RecordType;

/**
 * Which tables are printed, and how. Immutable.
 *
 * @param types the types of the records; empty: all that the bulk has
 * @param filter which rows
 * @param columns the names of the columns; empty: those that fit the format
 * @param sort the name of the column to sort by, after {@code +} or {@code -}; empty: in the order
 *     of the bulk
 * @param top the maximum number of rows of a table
 * @param format the format
 * @param isHuman whether numbers have units for people
 */
public record TableQuery(
    List<RecordType> types,
    Filter filter,
    List<String> columns,
    String sort,
    int top,
    Format format,
    boolean isHuman) {
  /** How tables are written. */
  public enum Format {
    /** Aligned columns. */
    TABLE,
    /** A JSON object in each line. */
    JSON,
    /** Comma-separated values with a header line, as in RFC 4180. One table only. */
    CSV,
    /** A file of columns for programs that analyse many of them. One table only. */
    PARQUET;

    /** Whether an output in this format is one table. */
    boolean isOneTable() {
      return this == CSV || this == PARQUET;
    }
  }

  /** The name in {@code columns} that stands for all. */
  static final String ALL = "all";
}
