package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/**
 * Takes records from a source and makes a {@link Bulk} of them. Sources fill records where they
 * will be read from: nothing is copied on the way. Not thread-safe; must end in {@link #finish} or
 * {@link #close}.
 */
public final class BulkBuilder implements AutoCloseable {
  private static final int TEXT_HEADER = 8;

  /** The longest text that is kept whole; what is longer is cut off. */
  public static final int MOST_TEXT = 128 * 1024;

  private final ChunkPool pool;
  private final TreeMap<Integer, Section> sections = new TreeMap<>();
  private final int snapshotBytes;
  private boolean finished;
  private int textAt;

  /**
   * @param types the types that shall have a directory entry even if no record comes; appending
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

  /** Whether records of that type are wanted. */
  public boolean wants(RecordType type) {
    return sections.containsKey(type.tag());
  }

  /** A new record, everything absent. The flyweight is valid until the next one of its type. */
  public Record append(RecordType type) {
    return section(type).append();
  }

  /**
   * Takes the last record of that fixed-size type back: its entity vanished while it was read. May
   * be called for several, back to the first.
   */
  public void removeLast(RecordType type) {
    section(type).removeLast();
  }

  /**
   * Adds a text: its first {@link #MOST_TEXT} bytes.
   *
   * @return where its first byte will lie, from the bulk's first byte
   */
  public long text(ByteBuffer bytes, int from, int length) {
    int kept = Math.min(length, MOST_TEXT);
    long start = beginText(kept);
    ByteBuffer chunk = section(TextRecord.TYPE).lastChunk();
    chunk.put(textAt, bytes, from, kept);
    return start;
  }

  /** The same. */
  public long text(byte[] bytes) {
    int kept = Math.min(bytes.length, MOST_TEXT);
    long start = beginText(kept);
    section(TextRecord.TYPE).lastChunk().put(textAt, bytes, 0, kept);
    return start;
  }

  /** Leaves in {@link #textAt} where in the last chunk the text itself goes. */
  private long beginText(int kept) {
    Section text = section(TextRecord.TYPE);
    // Texts stand right behind SNAPSHOT, whose size is known: so no offset has to be mended later.
    long start = snapshotBytes + text.bytes() + TEXT_HEADER;
    int size = (TEXT_HEADER + kept + 1 + 7) & ~7;
    int at = text.reserve(size);
    ByteBuffer chunk = text.lastChunk();
    chunk.putShort(at, (short) TextRecord.TYPE.tag()).putShort(at + 2, (short) 0);
    chunk.putInt(at + 4, size);
    chunk.putLong(at + size - Long.BYTES, 0);
    textAt = at + TEXT_HEADER;
    return start;
  }

  /**
   * Appends finished records of a fixed-size type, one behind the other, as they are.
   *
   * @param from of the bulk format's byte order
   */
  public void appendAll(RecordType type, ByteBuffer from, int offset, int records) {
    section(type).appendAll(from, offset, records);
  }

  /**
   * Appends finished TEXT records, one behind the other, as they are.
   *
   * @param length of all of them, at most {@link ChunkPool#CHUNK_BYTES}
   * @return where the first of their bytes will lie, from the bulk's first byte
   */
  public long texts(ByteBuffer from, int offset, int length, int records) {
    return section(TextRecord.TYPE).appendBlock(from, offset, length, records) + snapshotBytes;
  }

  /** An empty one of the same types, to be filled by another thread. */
  public BulkBuilder another() {
    return new BulkBuilder(pool, sections.values().stream().map(Section::type).toList());
  }

  /**
   * Appends all that another one of the same types holds, without copying it; what refers to texts
   * is mended. The other one is empty afterwards.
   */
  public void appendAll(BulkBuilder other) {
    Section text = sections.get(TextRecord.TYPE.tag());
    long textsBefore = text == null ? 0 : text.bytes();
    for (Section section : other.sections.values()) {
      List<Field> references = section.type().textOffsets();
      if (textsBefore > 0 && !references.isEmpty()) {
        section.forEach(record -> move(record, references, textsBefore));
      }
      section(section.type()).takeAll(section);
    }
  }

  /** Without garbage: it is done for each of thousands of records. */
  private static void move(Record record, List<Field> references, long by) {
    for (int i = 0; i < references.size(); i++) {
      Field field = references.get(i);
      if (record.has(field)) {
        record.set(field, record.get(field) + by);
      }
    }
  }

  /** Takes everything back that was appended so far. */
  public void clear() {
    sections.values().forEach(Section::release);
  }

  public long text(String value) {
    return text(value.getBytes(StandardCharsets.UTF_8));
  }

  /** Records of that type so far. */
  public long count(RecordType type) {
    return section(type).count();
  }

  /** Each record of that fixed-size type so far, in order, by one flyweight that moves. */
  public void forEach(RecordType type, Consumer<Record> action) {
    section(type).forEach(action);
  }

  /**
   * Ends the bulk: writes SNAPSHOT and its directory. The builder is of no more use.
   *
   * @param origin when and where the pass began
   * @param durationNs how long it took
   */
  public Bulk finish(Origin origin, long durationNs) {
    long bytes = snapshotBytes;
    long records = 1;
    for (Section section : sections.values()) {
      bytes += section.bytes();
      records += section.count();
    }
    ByteBuffer first = ByteBuffer.allocateDirect(snapshotBytes).order(ByteOrder.LITTLE_ENDIAN);
    first.put(0, Record.blank(SnapshotRecord.TYPE)).putInt(4, snapshotBytes);
    Record snapshot = new Record(SnapshotRecord.TYPE).wrap(first, 0);
    snapshot.setText(SnapshotRecord.MAGIC, SnapshotRecord.MAGIC_VALUE);
    snapshot.set(SnapshotRecord.MAJOR, SnapshotRecord.MAJOR_VALUE);
    snapshot.set(SnapshotRecord.MINOR, SnapshotRecord.MINOR_VALUE);
    snapshot.set(SnapshotRecord.ENTRIES, sections.size());
    snapshot.set(SnapshotRecord.DURATION, durationNs);
    snapshot.set(SnapshotRecord.BYTES, bytes);
    snapshot.set(SnapshotRecord.RECORDS, records);
    origin.describe(snapshot);
    writeDirectory(first);
    finished = true;
    return new Bulk(first, List.copyOf(sections.values()));
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

  /** Gives the memory back unless the bulk was finished. */
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
      throw new IllegalArgumentException(type + " was not asked for");
    }
    return section;
  }
}
