package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/**
 * Collects the records of a source and makes a {@link Bulk} of them. A source fills each record in
 * the memory from which clients will read it, so nothing is copied. Not thread-safe. Every builder
 * must be ended by {@link #finish} or {@link #close}, else its memory is lost.
 */
public final class BulkBuilder implements AutoCloseable {
  private static final int TEXT_HEADER = 8;

  /** Maximum length of a text in bytes; longer texts are truncated. */
  public static final int MAX_TEXT_BYTES = 128 * 1024;

  /** Maximum length of a text of {@link #appendLongText}, in bytes. */
  public static final int MAX_LONG_TEXT_BYTES = 2 * 1024 * 1024;

  private final ChunkPool pool;
  private final TreeMap<Integer, Section> sections = new TreeMap<>();
  private final int snapshotBytes;
  private boolean finished;
  private int textAt;

  /**
   * @param pool provides the memory
   * @param types the types that get a directory entry, even if no record is appended; appending
   *     another type is an error
   */
  public BulkBuilder(ChunkPool pool, Collection<RecordType> types) {
    this.pool = pool;
    for (RecordType type : types) {
      if (type != SnapshotRecord.TYPE) {
        sections.put(type.tag(), new Section(type, pool));
      }
    }
    this.snapshotBytes = SnapshotRecord.TYPE.size() + sections.size() * SnapshotRecord.ENTRY_BYTES;
  }

  /** Whether records of that type may be appended. */
  public boolean wants(RecordType type) {
    return sections.containsKey(type.tag());
  }

  /**
   * Appends a record in which every field is absent.
   *
   * @return a flyweight over it, valid until the next record of its type is appended
   */
  public Record append(RecordType type) {
    return section(type).append();
  }

  /**
   * Removes the last record of that fixed-size type, because its entity vanished while it was read.
   * May be called again, until no record is left.
   */
  public void removeLast(RecordType type) {
    section(type).removeLast();
  }

  /**
   * Appends the first {@link #MAX_TEXT_BYTES} bytes of a text.
   *
   * @return offset of its first byte in the finished bulk
   */
  public long appendText(ByteBuffer bytes, int from, int length) {
    int kept = Math.min(length, MAX_TEXT_BYTES);
    long start = beginText(kept);
    ByteBuffer chunk = section(TextRecord.TYPE).lastChunk();
    chunk.put(textAt, bytes, from, kept);
    return start;
  }

  /**
   * Appends the first {@link #MAX_TEXT_BYTES} bytes of a text.
   *
   * @return offset of its first byte in the finished bulk
   */
  public long appendText(byte[] bytes) {
    int kept = Math.min(bytes.length, MAX_TEXT_BYTES);
    long start = beginText(kept);
    section(TextRecord.TYPE).lastChunk().put(textAt, bytes, 0, kept);
    return start;
  }

  /**
   * Appends the first {@link #MAX_LONG_TEXT_BYTES} bytes of a text. Unlike {@link #appendText} it
   * copies the text twice if that is long.
   *
   * @return offset of its first byte in the finished bulk
   */
  public long appendLongText(ByteBuffer bytes, int from, int length) {
    if (length <= MAX_TEXT_BYTES) {
      return appendText(bytes, from, length);
    }
    Section text = section(TextRecord.TYPE);
    long start = snapshotBytes + text.bytes() + TEXT_HEADER;
    int kept = Math.min(length, MAX_LONG_TEXT_BYTES);
    int size = textSize(kept);
    ByteBuffer record = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    record.putShort(0, (short) TextRecord.TYPE.tag()).putInt(4, size);
    record.put(TEXT_HEADER, bytes, from, kept);
    text.appendLong(record);
    return start;
  }

  /** The size of a TEXT record, with a NUL and padding to 8 bytes. */
  private static int textSize(int length) {
    return (TEXT_HEADER + length + 1 + 7) & ~7;
  }

  /**
   * Appends a TEXT record without its text. Sets {@link #textAt} to where in the last chunk the
   * text belongs.
   *
   * @return offset of the text's first byte in the finished bulk
   */
  private long beginText(int kept) {
    Section text = section(TextRecord.TYPE);
    // Texts follow right after SNAPSHOT, whose size is known, so no offset has to be fixed up
    // later.
    long start = snapshotBytes + text.bytes() + TEXT_HEADER;
    int size = textSize(kept);
    int at = text.reserve(size);
    ByteBuffer chunk = text.lastChunk();
    chunk.putShort(at, (short) TextRecord.TYPE.tag()).putShort(at + 2, (short) 0);
    chunk.putInt(at + 4, size);
    chunk.putLong(at + size - Long.BYTES, 0);
    textAt = at + TEXT_HEADER;
    return start;
  }

  /**
   * Appends the first {@link #MAX_TEXT_BYTES} bytes of a text in UTF-8.
   *
   * @return offset of its first byte in the finished bulk
   */
  public long appendText(String value) {
    return appendText(value.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Appends copies of finished records of a fixed-size type, which are adjacent in {@code from}.
   *
   * @param from in the byte order of the bulk format, little-endian
   * @param offset offset of the first record in {@code from}, bytes
   * @param records number of records
   */
  public void appendAll(RecordType type, ByteBuffer from, int offset, int records) {
    section(type).appendAll(from, offset, records);
  }

  /**
   * Appends copies of finished TEXT records, which are adjacent in {@code from}.
   *
   * @param offset offset of the first record in {@code from}, bytes
   * @param length length of all records, bytes, at most {@link ChunkPool#CHUNK_BYTES}
   * @param records number of records
   * @return offset of the first record in the finished bulk
   */
  public long appendTexts(ByteBuffer from, int offset, int length, int records) {
    return section(TextRecord.TYPE).appendBlock(from, offset, length, records) + snapshotBytes;
  }

  /** A new builder for the same types and from the same pool, which another thread can fill. */
  public BulkBuilder emptyCopy() {
    return emptyCopy(sections.values().stream().map(Section::type).toList());
  }

  /** A new builder for other types, from the same pool. */
  public BulkBuilder emptyCopy(Collection<RecordType> types) {
    return new BulkBuilder(pool, types);
  }

  /**
   * Moves all records of another builder for the same types to the end of this one, without copying
   * them. Fields that hold the offset of a text are fixed up. The other builder is empty
   * afterwards.
   */
  public void appendAll(BulkBuilder other) {
    Section text = sections.get(TextRecord.TYPE.tag());
    long textsBefore = text == null ? 0 : text.bytes();
    for (Section section : other.sections.values()) {
      List<Field> references = section.type().textOffsets();
      if (textsBefore > 0 && !references.isEmpty()) {
        section.forEach(record -> relocate(record, references, textsBefore));
      }
      section(section.type()).moveAll(section);
    }
  }

  /** Iterates by index: an iterator for each of thousands of records would be garbage. */
  private static void relocate(Record record, List<Field> references, long by) {
    for (int i = 0; i < references.size(); i++) {
      Field field = references.get(i);
      if (record.has(field)) {
        record.set(field, record.get(field) + by);
      }
    }
  }

  /** Removes everything that was appended so far, and returns its memory to the pool. */
  public void clear() {
    sections.values().forEach(Section::release);
  }

  /** Sorts the records of that fixed-size type that were appended so far. Copies all of them. */
  public void sort(RecordType type, Comparator<Record> order) {
    section(type).sort(order);
  }

  /** Number of records of that type that were appended so far. */
  public long count(RecordType type) {
    return section(type).count();
  }

  /**
   * Visits each record of that fixed-size type appended so far, in order.
   *
   * @param action gets the same flyweight for every record
   */
  public void forEach(RecordType type, Consumer<Record> action) {
    section(type).forEach(action);
  }

  /**
   * Writes SNAPSHOT and its directory, and hands all memory over to the bulk. After that only
   * {@link #close} may be called, and it does nothing.
   *
   * @param origin when and where the pass began
   * @param durationNs duration of the pass, ns
   */
  public Bulk finish(Origin origin, long durationNs) {
    return finish(
        snapshot -> {
          snapshot.setText(SnapshotRecord.MAGIC, SnapshotRecord.MAGIC_VALUE);
          snapshot.set(SnapshotRecord.MAJOR, SnapshotRecord.MAJOR_VALUE);
          snapshot.set(SnapshotRecord.MINOR, SnapshotRecord.MINOR_VALUE);
          snapshot.set(SnapshotRecord.DURATION, durationNs);
          origin.describe(snapshot);
        });
  }

  /**
   * Finishes a bulk that was made from another one: it tells when and where the other one was made.
   *
   * @param original the SNAPSHOT of the other bulk
   * @param flags the flags of the new SNAPSHOT
   */
  public Bulk finishAs(Record original, int flags) {
    return finish(
        snapshot -> {
          snapshot.copy(original);
          snapshot.buffer().putInt(snapshot.offset() + Record.SIZE_OFFSET, snapshotBytes);
          snapshot.setFlags(flags);
        });
  }

  private Bulk finish(Consumer<Record> describe) {
    long bytes = snapshotBytes;
    long records = 1;
    for (Section section : sections.values()) {
      bytes += section.bytes();
      records += section.count();
    }
    ByteBuffer first = ByteBuffer.allocateDirect(snapshotBytes).order(ByteOrder.LITTLE_ENDIAN);
    first.put(0, Record.blank(SnapshotRecord.TYPE)).putInt(4, snapshotBytes);
    Record snapshot = new Record(SnapshotRecord.TYPE).wrap(first, 0);
    describe.accept(snapshot);
    snapshot.set(SnapshotRecord.ENTRIES, sections.size());
    snapshot.set(SnapshotRecord.BYTES, bytes);
    snapshot.set(SnapshotRecord.RECORDS, records);
    writeDirectory(first);
    finished = true;
    return new Bulk(pool, first, List.copyOf(sections.values()));
  }

  private void writeDirectory(ByteBuffer first) {
    int at = SnapshotRecord.TYPE.size();
    long offset = snapshotBytes;
    for (Section section : sections.values()) {
      RecordType type = section.type();
      first.putShort(at, (short) type.tag());
      first.putInt(at + 4, type.isFixed() ? type.size() : 0);
      first.putLong(at + 8, section.count());
      first.putLong(at + 16, offset);
      offset += section.bytes();
      at += SnapshotRecord.ENTRY_BYTES;
    }
  }

  /** Returns the memory to the pool, unless {@link #finish} has handed it over. */
  @Override
  public void close() {
    if (!finished) {
      sections.values().forEach(Section::release);
      sections.clear();
    }
  }

  private Section section(RecordType type) {
    Section section = sections.get(type.tag());
    if (section == null) {
      throw new IllegalArgumentException(type + " is not in this bulk");
    }
    return section;
  }
}
