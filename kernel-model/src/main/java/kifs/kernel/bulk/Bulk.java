package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.TextRecord;

/**
 * A finished bulk: immutable bytes that its readers share by reference count. The owner of a
 * reference may read. The last {@link #release} returns the memory to the pool. Where a reference
 * is needed for one block only, a try-with-resources statement releases it. Thread-safe.
 */
public final class Bulk implements BulkContent, AutoCloseable {
  private final ChunkPool pool;
  private final List<Section> sections;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private final long[] starts;
  private final long size;
  private final AtomicInteger references = new AtomicInteger(1);

  /**
   * @param pool lent the memory of the sections
   */
  Bulk(ChunkPool pool, ByteBuffer snapshot, List<Section> sections) {
    this.pool = pool;
    this.sections = sections;
    parts.add(snapshot);
    sections.forEach(section -> parts.addAll(section.chunks()));
    starts = new long[parts.size()];
    long at = 0;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = at;
      at += parts.get(i).limit();
    }
    size = at;
    pool.countBulks(1);
  }

  /** The pool that lent the memory, which has the limits of the bulk's reader. */
  public ChunkPool pool() {
    return pool;
  }

  /** Size in bytes. */
  public long size() {
    return size;
  }

  @Override
  public Record snapshot() {
    return new Record(SnapshotRecord.TYPE).wrap(parts.get(0), 0);
  }

  @Override
  public List<RecordType> types() {
    return sections.stream().map(Section::type).filter(RecordType::isFixed).toList();
  }

  @Override
  public long count(RecordType type) {
    return sections.stream().filter(s -> s.type() == type).mapToLong(Section::count).sum();
  }

  /**
   * Visits each record of that fixed-size type, in order.
   *
   * @param action gets the same flyweight for every record
   */
  public void forEach(RecordType type, Consumer<Record> action) {
    for (Section section : sections) {
      if (section.type() == type) {
        section.forEach(action);
      }
    }
  }

  /**
   * Copies bytes from {@code offset} on, as many as fit.
   *
   * @param offset bytes from the start of the bulk
   * @return the number of copied bytes; 0 at or past the end
   */
  @Override
  public int read(long offset, ByteBuffer to) {
    int before = to.position();
    int part = partAt(offset);
    long at = offset;
    while (part < starts.length && to.hasRemaining()) {
      ByteBuffer from = parts.get(part);
      int begin = (int) (at - starts[part]);
      int length = Math.min(from.limit() - begin, to.remaining());
      if (length > 0) {
        to.put(to.position(), from, begin, length);
        to.position(to.position() + length);
        at += length;
      }
      part++;
    }
    return to.position() - before;
  }

  @Override
  public RecordCursor cursor(RecordType type) {
    return new RecordCursor(chunks(type), type.isFixed() ? type.size() : 0);
  }

  /** Texts follow right after SNAPSHOT. */
  @Override
  public long textStart() {
    return count(TextRecord.TYPE) == 0 ? 0 : parts.get(0).limit();
  }

  /** The chunks with the records of that type, in order; none if the type was not requested. */
  List<ByteBuffer> chunks(RecordType type) {
    return sections.stream()
        .filter(s -> s.type() == type)
        .findFirst()
        .map(Section::chunks)
        .orElse(List.of());
  }

  @Override
  public long copyText(long offset, int length, BulkBuilder into) {
    int part = partAt(offset);
    if (length > 0 && part < starts.length) {
      ByteBuffer chunk = parts.get(part);
      int at = (int) (offset - starts[part]);
      if (at + length <= chunk.limit()) {
        return into.appendLongText(chunk, at, length);
      }
    }
    return into.appendLongText(ByteBuffer.wrap(text(offset, length)), 0, length);
  }

  /** The raw bytes of a text that a record refers to. */
  public byte[] text(long offset, int length) {
    ByteBuffer text = ByteBuffer.allocate(length);
    read(offset, text);
    return text.array();
  }

  /**
   * Adds a reference for one more reader. The caller must have a reference itself.
   *
   * @throws IllegalStateException if the memory was already returned
   */
  public Bulk retain() {
    if (references.getAndUpdate(count -> count == 0 ? 0 : count + 1) == 0) {
      throw new IllegalStateException("its memory was returned");
    }
    return this;
  }

  /**
   * Releases a reference; releasing the last one returns the memory to the pool.
   *
   * @throws IllegalStateException if it is released more often than it was retained
   */
  public void release() {
    int left = references.decrementAndGet();
    if (left < 0) {
      throw new IllegalStateException("released more often than retained");
    }
    if (left == 0) {
      sections.forEach(Section::release);
      pool.countBulks(-1);
    }
  }

  /** Releases the reference of the block, as {@link #release} does. */
  @Override
  public void close() {
    release();
  }

  private int partAt(long offset) {
    if (offset >= size) {
      return starts.length;
    }
    int low = 0;
    int high = starts.length - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (starts[middle] <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
