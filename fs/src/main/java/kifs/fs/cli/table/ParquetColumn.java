package kifs.fs.cli.table;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** A column of a Parquet file. Immutable and thread-safe. */
final class ParquetColumn {
  private static final long NS_PER_US = 1000;

  private final String name;
  private final Type type;
  private final Source source;

  /** Adds the present value of a row. */
  private interface Source {
    void add(BulkReader bulk, Record row, RecordConsumer to);
  }

  private final Optional<Column> column;

  private ParquetColumn(Optional<Column> column, Type type, Source source) {
    this.column = column;
    this.name = type.getName();
    this.type = type;
    this.source = source;
  }

  /** The name of the host on which the bulk was taken. */
  static ParquetColumn host() {
    return new ParquetColumn(
        Optional.empty(),
        string("host"),
        (bulk, row, to) ->
            to.addBinary(Binary.fromString(bulk.snapshot().text(SnapshotRecord.HOST))));
  }

  /** When the bulk was taken. */
  static ParquetColumn time() {
    return new ParquetColumn(
        Optional.empty(),
        timestamp("time"),
        (bulk, row, to) ->
            to.addLong(Math.floorDiv(bulk.snapshot().get(SnapshotRecord.REALTIME), NS_PER_US)));
  }

  /**
   * A column of a table. A time of day is a timestamp without its unit in the name, because readers
   * know it.
   *
   * @param hasLabels whether codes are written as their labels
   */
  static ParquetColumn of(Column column, boolean hasLabels) {
    String name = column.name();
    Optional<Column> of = Optional.of(column);
    if (!column.isNumber()) {
      return new ParquetColumn(
          of, string(name), (bulk, row, to) -> to.addBinary(utf8(column.text(bulk, row))));
    }
    if (hasLabels && column.hasLabels()) {
      return new ParquetColumn(
          of, string(name), (bulk, row, to) -> to.addBinary(utf8(Cells.human(column, bulk, row))));
    }
    if (name.endsWith(SnapshotRecord.REALTIME.name())) {
      return new ParquetColumn(
          of,
          timestamp(column.shortName()),
          (bulk, row, to) -> to.addLong(Math.floorDiv(column.integer(row), NS_PER_US)));
    }
    if (column.isDecimal()) {
      Type type = Types.optional(PrimitiveTypeName.DOUBLE).named(name);
      return new ParquetColumn(of, type, (bulk, row, to) -> to.addDouble(column.decimal(row)));
    }
    return integer(column, name, of);
  }

  private static ParquetColumn integer(Column column, String name, Optional<Column> of) {
    boolean isLong = column.bits() == Long.SIZE;
    Type type =
        Types.optional(isLong ? PrimitiveTypeName.INT64 : PrimitiveTypeName.INT32)
            .as(LogicalTypeAnnotation.intType(column.bits(), column.isSigned()))
            .named(name);
    return new ParquetColumn(
        of,
        type,
        isLong
            ? (bulk, row, to) -> to.addLong(column.integer(row))
            : (bulk, row, to) -> to.addInteger((int) column.integer(row)));
  }

  private static Type string(String name) {
    return Types.optional(PrimitiveTypeName.BINARY)
        .as(LogicalTypeAnnotation.stringType())
        .named(name);
  }

  /** In microseconds and UTC, because Spark knows no nanoseconds. */
  private static Type timestamp(String name) {
    return Types.optional(PrimitiveTypeName.INT64)
        .as(LogicalTypeAnnotation.timestampType(true, TimeUnit.MICROS))
        .named(name);
  }

  /** A text in UTF-8, with U+FFFD in the place of what isn't. */
  private static Binary utf8(String bytes) {
    byte[] raw = bytes.getBytes(StandardCharsets.ISO_8859_1);
    return Binary.fromString(new String(raw, StandardCharsets.UTF_8));
  }

  Type type() {
    return type;
  }

  /** Adds the value of a row; nothing if it is absent, which is null in Parquet. */
  void add(int index, BulkReader bulk, Record row, RecordConsumer to) {
    if (column.isEmpty() || column.get().isPresent(row)) {
      to.startField(name, index);
      source.add(bulk, row, to);
      to.endField(name, index);
    }
  }
}
