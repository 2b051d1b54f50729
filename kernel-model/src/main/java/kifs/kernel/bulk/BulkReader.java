package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.Records;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/**
 * Reads a bulk in memory. The constructor checks all of it once. After that no call can read past
 * the end of the bulk, and no allocation depends on a count that the bulk claims. Records larger
 * than this version's and unknown tags are accepted. Immutable if the buffer is, so thread-safe.
 */
public final class BulkReader implements BulkContent {
  private static final int HEADER_BYTES = 8;

  private final ByteBuffer bytes;
  private final Map<Integer, Run> runs = new HashMap<>();

  /** The records of one tag, as the check found them. */
  private static final class Run {
    final int offset;
    int end;
    long count;
    long smallest = Long.MAX_VALUE;
    long largest;

    Run(int offset) {
      this.offset = offset;
      this.end = offset;
    }

    void add(long size) {
      end += (int) size;
      count++;
      smallest = Math.min(smallest, size);
      largest = Math.max(largest, size);
    }
  }

  /**
   * @param bytes the bulk begins at the buffer's position; other bytes may follow it, as in a
   *     recording
   * @throws BulkFormatException if the bytes are no bulk
   */
  public BulkReader(ByteBuffer bytes) throws BulkFormatException {
    this.bytes = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
    checkSnapshot();
    checkRecords();
    checkDirectory();
  }

  /** Size of this bulk in bytes, and so the offset at which the next bulk of a recording begins. */
  public long size() {
    return snapshot().get(SnapshotRecord.BYTES);
  }

  @Override
  public Record snapshot() {
    return new Record(SnapshotRecord.TYPE).wrap(bytes, 0);
  }

  /** The boot of the host at which the bulk was taken. */
  public UUID boot() {
    int at = SnapshotRecord.BOOT_ID.offset();
    return new UUID(
        Long.reverseBytes(bytes.getLong(at)), Long.reverseBytes(bytes.getLong(at + Long.BYTES)));
  }

  @Override
  public List<RecordType> types() {
    List<RecordType> types = new ArrayList<>();
    int entries = (int) snapshot().get(SnapshotRecord.ENTRIES);
    for (int i = 0; i < entries; i++) {
      RecordType type =
          Records.byTag(tag(SnapshotRecord.TYPE.size() + i * SnapshotRecord.ENTRY_BYTES));
      if (type != null && type.isFixed()) {
        types.add(type);
      }
    }
    types.sort(Comparator.comparingInt(RecordType::tag));
    return types;
  }

  @Override
  public long count(RecordType type) {
    return count(type.tag());
  }

  private long count(int tag) {
    Run run = runs.get(tag);
    return run == null ? 0 : run.count;
  }

  /** Whether the directory lists a type. The bulk may have no records of it. */
  public boolean lists(RecordType type) {
    int entries = (int) snapshot().get(SnapshotRecord.ENTRIES);
    for (int i = 0; i < entries; i++) {
      if (tag(SnapshotRecord.TYPE.size() + i * SnapshotRecord.ENTRY_BYTES) == type.tag()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Visits each record of that type, in order.
   *
   * @param action gets the same flyweight for every record
   */
  public void forEach(RecordType type, Consumer<Record> action) {
    Run run = runs.get(type.tag());
    if (run == null) {
      return;
    }
    Record record = new Record(type);
    for (int at = run.offset; at < run.end; at += bytes.getInt(at + 4)) {
      action.accept(record.wrap(bytes, at));
    }
  }

  @Override
  public RecordCursor cursor(RecordType type) {
    Run run = runs.get(type.tag());
    if (run == null) {
      return new RecordCursor(List.of(), 0);
    }
    boolean isUniform = run.smallest == run.largest;
    ByteBuffer records = bytes.duplicate().position(run.offset).limit(run.end);
    return new RecordCursor(List.of(records), isUniform ? (int) run.largest : 0);
  }

  @Override
  public long textStart() {
    Run texts = runs.get(TextRecord.TYPE.tag());
    return texts == null ? 0 : texts.offset;
  }

  @Override
  public int read(long offset, ByteBuffer to) {
    int length = to.remaining();
    if (!isText(offset, length)) {
      return 0;
    }
    to.put(to.position(), bytes, (int) offset, length).position(to.position() + length);
    return length;
  }

  @Override
  public long copyText(long offset, int length, BulkBuilder into) {
    return isText(offset, length)
        ? into.appendLongText(bytes, (int) offset, length)
        : into.appendText(new byte[0]);
  }

  private boolean isText(long offset, long length) {
    Run texts = runs.get(TextRecord.TYPE.tag());
    return texts != null
        && offset >= texts.offset
        && offset <= texts.end
        && length >= 0
        && length <= texts.end - offset
        && length <= BulkBuilder.MAX_LONG_TEXT_BYTES;
  }

  /**
   * A text that a record refers to; empty if the reference points outside of the bulk's texts, or
   * is longer than a text can be.
   */
  public byte[] text(Record record, Field offset, Field length) {
    long at = record.get(offset);
    long size = record.get(length);
    if (!isText(at, size)) {
      return new byte[0];
    }
    byte[] text = new byte[(int) size];
    bytes.get((int) at, text);
    return text;
  }

  private void checkSnapshot() throws BulkFormatException {
    int fixed = SnapshotRecord.TYPE.size();
    require(bytes.limit() >= fixed, bytes.limit(), "ends within the first record");
    require(tag(0) == SnapshotRecord.TYPE.tag(), 0, "doesn't begin with a SNAPSHOT record");
    byte[] magic = SnapshotRecord.MAGIC_VALUE.getBytes(StandardCharsets.US_ASCII);
    byte[] found = new byte[magic.length];
    bytes.get(SnapshotRecord.MAGIC.offset(), found);
    require(Arrays.equals(magic, found), SnapshotRecord.MAGIC.offset(), "wrong magic");
    Record snapshot = snapshot();
    long major = snapshot.get(SnapshotRecord.MAJOR);
    require(
        major == SnapshotRecord.MAJOR_VALUE,
        SnapshotRecord.MAJOR.offset(),
        "format " + major + ", this reader knows " + SnapshotRecord.MAJOR_VALUE);
    long entries = snapshot.get(SnapshotRecord.ENTRIES);
    require(
        size(0) >= fixed + entries * SnapshotRecord.ENTRY_BYTES,
        SnapshotRecord.ENTRIES.offset(),
        "a directory of " + entries + " entries doesn't fit into the first record");
    long claimed = snapshot.get(SnapshotRecord.BYTES);
    require(
        claimed >= size(0) && claimed <= bytes.limit(),
        SnapshotRecord.BYTES.offset(),
        "claims " + claimed + " bytes, there are " + bytes.limit());
  }

  /** Builds a message only for a record that is wrong, because the check runs for every record. */
  private void checkRecords() throws BulkFormatException {
    long end = snapshot().get(SnapshotRecord.BYTES);
    int at = 0;
    long count = 0;
    while (at < end) {
      require(end - at >= HEADER_BYTES, at, "ends within a record's header");
      long size = size(at);
      if (size < HEADER_BYTES || size % 8 != 0) {
        throw new BulkFormatException(
            at + 4, "a record of " + size + " bytes: not a multiple of 8");
      }
      if (size > end - at) {
        throw new BulkFormatException(at + 4, "a record of " + size + " bytes runs past the end");
      }
      if (at > 0) {
        checkRecord(at, tag(at), size);
      }
      at += (int) size;
      count++;
    }
    long claimed = snapshot().get(SnapshotRecord.RECORDS);
    require(
        claimed == count,
        SnapshotRecord.RECORDS.offset(),
        "claims " + claimed + " records, there are " + count);
  }

  private void checkRecord(int at, int tag, long size) throws BulkFormatException {
    require(tag != SnapshotRecord.TYPE.tag(), at, "another SNAPSHOT before the bulk's end");
    RecordType type = Records.byTag(tag);
    if (type != null && size < type.size()) {
      throw new BulkFormatException(
          at + 4, "a record of tag " + tag + " has " + size + " bytes, too few");
    }
    Run run = runs.computeIfAbsent(tag, t -> new Run(at));
    if (run.end != at) {
      throw new BulkFormatException(at, "records of tag " + tag + " are not adjacent");
    }
    run.add(size);
  }

  private void checkDirectory() throws BulkFormatException {
    int entries = (int) snapshot().get(SnapshotRecord.ENTRIES);
    Set<Integer> listed = new HashSet<>();
    for (int i = 0; i < entries; i++) {
      int entry = SnapshotRecord.TYPE.size() + i * SnapshotRecord.ENTRY_BYTES;
      checkEntry(entry, tag(entry));
      require(listed.add(tag(entry)), entry, "tag " + tag(entry) + " is in the directory twice");
    }
    for (Map.Entry<Integer, Run> run : runs.entrySet()) {
      require(
          listed.contains(run.getKey()),
          run.getValue().offset,
          "tag " + run.getKey() + " is not in the directory");
    }
  }

  private void checkEntry(int entry, int tag) throws BulkFormatException {
    long each = size(entry);
    long count = bytes.getLong(entry + 8);
    long offset = bytes.getLong(entry + 16);
    require(
        count == count(tag),
        entry + 8,
        "claims " + count + " records of tag " + tag + ", there are " + count(tag));
    Run run = runs.get(tag);
    if (run == null) {
      require(
          offset >= size(0) && offset <= size(),
          entry + 16,
          "records of tag " + tag + " are outside of the bulk");
      return;
    }
    require(
        each == 0 || each == run.smallest && each == run.largest,
        entry + 4,
        "records of tag " + tag + " don't have " + each + " bytes each");
    require(
        offset == run.offset,
        entry + 16,
        "records of tag " + tag + " begin at " + run.offset + ", not at " + offset);
  }

  private int tag(int at) {
    return bytes.getShort(at) & 0xFFFF;
  }

  private long size(int at) {
    return bytes.getInt(at + 4) & 0xFFFF_FFFFL;
  }

  private static void require(boolean condition, long at, String message)
      throws BulkFormatException {
    if (!condition) {
      throw new BulkFormatException(at, message);
    }
  }
}
