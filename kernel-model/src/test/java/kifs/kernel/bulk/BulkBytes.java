package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.testing.Bulks;

/** Bulks for tests: correct bulks from the builder, and odd ones made by hand. */
final class BulkBytes {
  static final Origin ORIGIN =
      new Origin(4, 7, 1_000, 2_000, new Host("host", new UUID(1, 2), 4096, 2));

  private record Part(int tag, int size) {}

  private final List<Part> parts = new ArrayList<>();

  /** Three processes, six threads, three command lines. */
  static byte[] good() {
    ChunkPool pool = new ChunkPool(1 << 24, 0);
    List<RecordType> types =
        List.of(TextRecord.TYPE, ProcessRecord.TYPE, ThreadRecord.TYPE, CommandRecord.TYPE);
    try (BulkBuilder builder = new BulkBuilder(pool, types)) {
      for (int pid = 1; pid <= 3; pid++) {
        builder.append(ProcessRecord.TYPE).set(ProcessRecord.PID, pid);
        for (int i = 0; i < 2; i++) {
          Record thread = builder.append(ThreadRecord.TYPE);
          thread.set(ThreadRecord.PID, pid);
          thread.set(ThreadRecord.TID, pid * 100L + i);
        }
        long line = builder.appendText("command " + pid);
        Record command = builder.append(CommandRecord.TYPE);
        command.set(CommandRecord.PID, pid);
        command.set(CommandRecord.COMMAND_LINE_OFFSET, line);
        command.set(CommandRecord.COMMAND_LINE_LENGTH, "command 1".length());
      }
      return bytes(builder.finish(ORIGIN, 0));
    }
  }

  /** The bytes of a bulk, which is released. */
  static byte[] bytes(Bulk bulk) {
    try (bulk) {
      return Bulks.bytes(bulk);
    }
  }

  /** Appends a record of that tag and size. */
  BulkBytes with(int tag, int size) {
    parts.add(new Part(tag, size));
    return this;
  }

  /** Adds a directory that agrees with the records. */
  byte[] build() {
    List<Integer> tags = parts.stream().map(Part::tag).distinct().toList();
    int first = SnapshotRecord.TYPE.size() + tags.size() * SnapshotRecord.ENTRY_BYTES;
    int size = first + parts.stream().mapToInt(Part::size).sum();
    ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    bytes.put(0, Record.blank(SnapshotRecord.TYPE)).putInt(4, first);
    Record snapshot = new Record(SnapshotRecord.TYPE).wrap(bytes, 0);
    snapshot.setText(SnapshotRecord.MAGIC, SnapshotRecord.MAGIC_VALUE);
    snapshot.set(SnapshotRecord.MAJOR, SnapshotRecord.MAJOR_VALUE);
    snapshot.set(SnapshotRecord.ENTRIES, tags.size());
    snapshot.set(SnapshotRecord.BYTES, size);
    snapshot.set(SnapshotRecord.RECORDS, parts.size() + 1L);
    int at = first;
    int[] starts = new int[tags.size()];
    for (Part part : parts) {
      int tag = tags.indexOf(part.tag());
      starts[tag] = starts[tag] == 0 ? at : starts[tag];
      bytes.putShort(at, (short) part.tag()).putInt(at + 4, part.size());
      at += part.size();
    }
    for (int i = 0; i < tags.size(); i++) {
      int tag = tags.get(i);
      int entry = SnapshotRecord.TYPE.size() + i * SnapshotRecord.ENTRY_BYTES;
      bytes.putShort(entry, (short) tag);
      bytes.putLong(entry + 8, parts.stream().filter(part -> part.tag() == tag).count());
      bytes.putLong(entry + 16, starts[i]);
    }
    return bytes.array();
  }
}
