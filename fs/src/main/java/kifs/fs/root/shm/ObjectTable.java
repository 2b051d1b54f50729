package kifs.fs.root.shm;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.shm.ShmNames;

/** Writes {@code shm/objects}: the shared-memory objects, biggest first. Thread-safe. */
final class ObjectTable {
  /** Rows of the table, so that no user can make it endless. */
  static final int MAX_ROWS = 1000;

  private static final Query QUERY = Query.of(ShmRecord.TYPE);

  private final Kernel kernel;

  ObjectTable(Kernel kernel) {
    this.kernel = kernel;
  }

  private record Row(long size, Object... columns) {}

  /**
   * Reads the host.
   *
   * @return one char a byte
   */
  String text(Viewer viewer) {
    TextTable table =
        new TextTable(
            "ID", "KIND", "SIZE", "RESIDENT", "USERS", "OPENERS", "UID", "UNLINKED", "NAME");
    try (Bulk objects = kernel.snapshots().takeShared(QUERY, viewer).join()) {
      List<Row> rows = new ArrayList<>();
      objects.forEach(ShmRecord.TYPE, shm -> rows.add(row(objects, shm)));
      rows.stream()
          .sorted(Comparator.comparingLong(Row::size).reversed())
          .limit(MAX_ROWS)
          .forEach(row -> table.row(row.columns()));
    }
    return table.text();
  }

  private static Row row(Bulk objects, Record shm) {
    byte[] name =
        objects.text(shm.get(ShmRecord.NAME_OFFSET), (int) shm.get(ShmRecord.NAME_LENGTH));
    return new Row(
        shm.get(ShmRecord.SIZE),
        ShmNames.of(shm.get(ShmRecord.ID)),
        ShmAttributes.kind(shm.get(ShmRecord.KIND)),
        number(shm, ShmRecord.SIZE),
        number(shm, ShmRecord.RESIDENT),
        number(shm, ShmRecord.USERS),
        number(shm, ShmRecord.OPENERS),
        number(shm, ShmRecord.UID),
        shm.get(ShmRecord.UNLINKED) != 0 ? "yes" : "",
        Values.of(name));
  }

  /** A figure; empty if it is not known. */
  private static String number(Record shm, Field field) {
    return shm.has(field) ? Long.toUnsignedString(shm.get(field)) : "";
  }
}
