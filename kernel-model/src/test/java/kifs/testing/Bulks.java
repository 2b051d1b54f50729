package kifs.testing;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.BulkContent;
import kifs.kernel.bulk.ChunkPool;
import kifs.kernel.bulk.Origin;
import kifs.kernel.bulk.RecordCursor;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.FieldType;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;

/** Makes passes over a source, and copies the records of their bulks. Thread-safe. */
public final class Bulks {
  private static final AtomicLong SEQUENCE = new AtomicLong();
  private static final ChunkPool POOL = new ChunkPool(256L << 20, 16L << 20);

  private Bulks() {}

  /** Makes a pass. The caller must release the bulk. */
  public static Bulk collect(KernelSource source, Query query) {
    return collect(source, query, Cancellation.NEVER);
  }

  /** Makes a pass that can be cancelled. The caller must release the bulk. */
  public static Bulk collect(KernelSource source, Query query, Cancellation cancellation) {
    try (BulkBuilder builder = builder(query)) {
      source.collect(query, builder, cancellation);
      return finish(source, builder);
    }
  }

  /** Makes a pass over one process. If it vanishes, records may be missing. */
  public static Bulk collect(KernelSource source, ProcessRef process, Query query) {
    try (BulkBuilder builder = builder(query)) {
      process.collect(query, builder, Cancellation.NEVER);
      return finish(source, builder);
    }
  }

  /** A bulk with the records that {@code filling} appends. The caller must release the bulk. */
  public static Bulk fill(KernelSource source, Query query, Consumer<BulkBuilder> filling) {
    try (BulkBuilder builder = builder(query)) {
      filling.accept(builder);
      return finish(source, builder);
    }
  }

  private static BulkBuilder builder(Query query) {
    Set<RecordType> types = new LinkedHashSet<>();
    query.tags().forEach(tag -> types.add(Records.byTag(tag)));
    types.add(TextRecord.TYPE);
    return new BulkBuilder(POOL, types);
  }

  private static Bulk finish(KernelSource source, BulkBuilder builder) {
    return builder.finish(
        new Origin(
            source.kind().code(),
            SEQUENCE.incrementAndGet(),
            0,
            source.clock().boottimeNs(),
            source.host()),
        0);
  }

  /** All bytes of a bulk. */
  public static byte[] bytes(Bulk bulk) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(bulk.size()));
    bulk.read(0, bytes);
    return bytes.array();
  }

  /**
   * Every record of a bulk as a line: its type, its flags, the value of each field, and the texts
   * instead of where they are. SNAPSHOT and what only a changed bulk has are not among them.
   */
  public static List<String> lines(BulkContent bulk) {
    List<String> lines = new ArrayList<>();
    for (RecordType type : bulk.types()) {
      RecordCursor cursor = bulk.cursor(type);
      for (Record record = new Record(type); cursor.next(record); ) {
        lines.add(line(bulk, record));
      }
    }
    return lines;
  }

  private static String line(BulkContent bulk, Record record) {
    StringBuilder line = new StringBuilder(record.type().name() + " flags=" + record.flags());
    for (Field field : record.type().fields()) {
      line.append(' ').append(field.name()).append('=').append(value(bulk, record, field));
    }
    return line.toString();
  }

  private static String value(BulkContent bulk, Record record, Field field) {
    if (!record.has(field)) {
      return "-";
    }
    if (record.type().textOffsets().contains(field)) {
      ByteBuffer text = ByteBuffer.allocate((int) record.get(record.type().textLength(field)));
      bulk.read(record.get(field), text);
      return Arrays.toString(text.array());
    }
    if (field.count() > 1) {
      return Arrays.toString(record.bytes(field));
    }
    return field.type() == FieldType.F64
        ? Double.toString(record.getDouble(field))
        : Long.toString(record.get(field));
  }

  /** Copies of all records of a type. */
  public static List<Record> records(Bulk bulk, RecordType type) {
    List<Record> records = new ArrayList<>();
    bulk.forEach(type, record -> records.add(copy(record)));
    return records;
  }

  /** Copies of all PROCESS records, by pid. */
  public static Map<Integer, Record> processes(Bulk bulk) {
    return by(records(bulk, ProcessRecord.TYPE), ProcessRecord.PID);
  }

  /** Copies of all THREAD records, by tid. */
  public static Map<Integer, Record> threads(Bulk bulk) {
    return by(records(bulk, ThreadRecord.TYPE), ThreadRecord.TID);
  }

  private static Map<Integer, Record> by(Collection<Record> records, Field key) {
    Map<Integer, Record> map = new TreeMap<>();
    records.forEach(record -> map.put((int) record.get(key), record));
    return map;
  }

  private static Record copy(Record record) {
    Record copy = Record.allocate(record.type());
    copy.buffer().put(0, record.buffer(), record.offset(), record.type().size());
    return copy;
  }

  /** The mask with the bits of the fields. */
  public static long mask(Field... fields) {
    long mask = 0;
    for (Field field : fields) {
      mask |= field.bit();
    }
    return mask;
  }
}
