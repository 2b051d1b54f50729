package kifs.client;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A bulk in memory, checked from its first to its last record. Immutable, so thread-safe. */
public final class Bulk {
  private static final long MAGIC = 0x4b4c55425346494bL; // KIFSBULK
  private static final int HEADER_BYTES = 8;
  private static final int BYTES_AT = 56;
  private static final int FIRST_READ = 1 << 20;

  private final Map<Integer, List<Row>> rows = new HashMap<>();
  private final Schema schema;
  private final Row snapshot;

  private Bulk(Schema schema, ByteBuffer bytes) throws IOException {
    this.schema = schema;
    Map<Integer, Schema.Type> types = new HashMap<>();
    schema.types().forEach(type -> types.put(type.tag(), type));
    long records = 0;
    for (int at = 0; at < bytes.limit(); records++) {
      int left = bytes.limit() - at;
      int size = left < HEADER_BYTES ? 0 : bytes.getInt(at + 4);
      if (size < HEADER_BYTES || size % 8 != 0 || size > left) {
        throw new IOException("byte " + at + ": a record of " + size + " bytes");
      }
      int tag = bytes.getShort(at) & 0xFFFF;
      Schema.Type type = types.get(tag);
      // A tag that the schema doesn't have is of a newer kifs.
      if (type != null) {
        rows.computeIfAbsent(tag, each -> new ArrayList<>()).add(new Row(type, bytes, at, size));
      }
      at += size;
    }
    snapshot = records("SNAPSHOT").get(0);
    if (snapshot.number("records").orElse(-1) != records) {
      throw new IOException("byte 64: there are " + records + " records");
    }
  }

  /**
   * Reads a bulk of an open file from its beginning, which takes a new snapshot.
   *
   * @throws IOException if the mount has gone, or what was read is no bulk
   */
  static Bulk read(Schema schema, FileChannel file) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(FIRST_READ);
    while (file.read(bytes, bytes.position()) > 0) {
      if (!bytes.hasRemaining()) {
        bytes = ByteBuffer.allocate(Math.max(2 * bytes.capacity(), total(bytes))).put(bytes.flip());
      }
    }
    ByteBuffer whole = bytes.flip().order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer();
    whole.order(ByteOrder.LITTLE_ENDIAN);
    boolean isBulk = whole.limit() > BYTES_AT + 8 && whole.getLong(8) == MAGIC;
    if (!isBulk || whole.getShort(16) != Schema.MAJOR) {
      throw new IOException("byte 0: not a bulk of this format");
    }
    if (whole.getLong(BYTES_AT) != whole.limit()) {
      throw new IOException("byte " + whole.limit() + ": the bulk is cut off");
    }
    return new Bulk(schema, whole);
  }

  /** The size that the beginning of a bulk claims, with a byte to see its end. */
  private static int total(ByteBuffer beginning) {
    long bytes = beginning.order(ByteOrder.LITTLE_ENDIAN).getLong(BYTES_AT);
    return (int) Math.max(0, Math.min(bytes + 1, Integer.MAX_VALUE - 8));
  }

  /** The records of a type, such as {@code PROCESS}, in their order. A bulk may have none. */
  public List<Row> records(String name) {
    return rows.getOrDefault(schema.type(name).tag(), List.of());
  }

  /** When the snapshot was taken, of which host, and from what. */
  public Row snapshot() {
    return snapshot;
  }
}
