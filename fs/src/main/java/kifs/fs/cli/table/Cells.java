package kifs.fs.cli.table;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Escapes;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;

/** The cells of a table as texts, with one char for each byte. Stateless. */
public final class Cells {
  private Cells() {}

  /** A present value in the catalogue's own unit. */
  static String raw(Column column, BulkReader bulk, Record record) {
    if (!column.isNumber()) {
      return column.text(bulk, record);
    }
    if (column.isDecimal()) {
      return Double.toString(column.decimal(record));
    }
    long value = column.integer(record);
    return column.isUnsigned() ? Long.toUnsignedString(value) : Long.toString(value);
  }

  /** A present value for people, as one line. */
  public static String human(Column column, BulkReader bulk, Record record) {
    if (!column.isNumber()) {
      return Escapes.line(column.text(bulk, record));
    }
    if (column.hasLabels() && !column.label(record).isEmpty()) {
      return column.label(record);
    }
    if (column.isDecimal()) {
      return String.format(Locale.ROOT, "%.2f", column.decimal(record));
    }
    // Wall-clock times are the fields whose names end so.
    if (column.name().endsWith(SnapshotRecord.REALTIME.name())) {
      return Instant.ofEpochSecond(0, column.integer(record)).toString();
    }
    if (column.isBootTime()) {
      return moment(bulk.snapshot(), column.integer(record)).toString();
    }
    return Units.human(column.integer(record), column.isUnsigned(), column.unit());
  }

  /** The time of day of a boot time in ns, to the millisecond. */
  private static Instant moment(Record snapshot, long boottimeNs) {
    long bootedNs = snapshot.get(SnapshotRecord.REALTIME) - snapshot.get(SnapshotRecord.BOOTTIME);
    return Instant.ofEpochSecond(0, bootedNs + boottimeNs).truncatedTo(ChronoUnit.MILLIS);
  }

  /** A value in one of the two ways; {@code absent} if the field is absent. */
  static String cell(
      Column column, BulkReader bulk, Record record, boolean isHuman, String absent) {
    if (!column.isPresent(record)) {
      return absent;
    }
    return isHuman ? human(column, bulk, record) : raw(column, bulk, record);
  }
}
