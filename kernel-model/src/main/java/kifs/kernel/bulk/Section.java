package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;

/**
 * The records of one type in a bulk, in chunks. A record lies in one chunk, except a long text. Not
 * thread-safe.
 */
final class Section {
  private static final ByteBuffer NO_CHUNK = ByteBuffer.allocate(0);

  private final RecordType type;
  private final ChunkPool pool;
  private final byte[] blank;
  private final Record cursor;
  private final List<ByteBuffer> chunks = new ArrayList<>();
  private ByteBuffer last = NO_CHUNK;
  private int space;
  private long count;
  private long bytes;

  Section(RecordType type, ChunkPool pool) {
    this.type = type;
    this.pool = pool;
    this.blank = Record.blank(type);
    this.cursor = new Record(type);
  }

  RecordType type() {
    return type;
  }

  long count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  /** The chunks in order. Each has bytes from 0 to its limit. Only a TEXT can lie in several. */
  List<ByteBuffer> chunks() {
    return chunks;
  }

  Record append() {
    int at = reserve(blank.length);
    last.put(at, blank);
    return cursor.wrap(last, at);
  }

  /**
   * Reserves space for one record of that many bytes.
   *
   * @return offset of the record in {@link #lastChunk()}
   */
  int reserve(int size) {
    if (space < size) {
      addChunk();
    }
    int at = last.limit();
    last.limit(at + size);
    space -= size;
    count++;
    bytes += size;
    return at;
  }

  /** Copies complete records of a fixed size, which are adjacent in {@code from}. */
  void appendAll(ByteBuffer from, int offset, int records) {
    int at = offset;
    for (int left = records; left > 0; ) {
      int to = reserve(blank.length);
      int more = Math.min(left - 1, space / blank.length);
      int length = (1 + more) * blank.length;
      last.limit(to + length);
      space -= more * blank.length;
      count += more;
      bytes += (long) more * blank.length;
      last.put(to, from, at, length);
      at += length;
      left -= 1 + more;
    }
  }

  /**
   * Copies records of any sizes, which are adjacent in {@code from}, into one chunk.
   *
   * @return offset of the first record from the section's first byte
   */
  long appendBlock(ByteBuffer from, int offset, int length, int records) {
    long start = bytes;
    if (records > 0) {
      int to = reserve(length);
      count += records - 1;
      last.put(to, from, offset, length);
    }
    return start;
  }

  /** Appends a record that may be longer than a chunk, and then continues in further chunks. */
  void appendLong(ByteBuffer record) {
    bytes += record.remaining();
    count++;
    while (record.hasRemaining()) {
      if (space == 0) {
        addChunk();
      }
      int part = Math.min(space, record.remaining());
      int at = last.limit();
      last.limit(at + part);
      last.put(at, record, record.position(), part);
      record.position(record.position() + part);
      space -= part;
    }
  }

  private void addChunk() {
    last = pool.acquire();
    last.clear().limit(0);
    chunks.add(last);
    space = last.capacity();
  }

  ByteBuffer lastChunk() {
    return last;
  }

  /**
   * Moves all records of another section of the type to the end of this one, and empties the other.
   */
  void moveAll(Section other) {
    if (other.count == 0) {
      return;
    }
    chunks.addAll(other.chunks);
    last = other.last;
    space = other.space;
    count += other.count;
    bytes += other.bytes;
    other.chunks.clear();
    other.release();
  }

  void removeLast() {
    if (count == 0 || !type.isFixed()) {
      throw new IllegalStateException("no " + type + " to remove");
    }
    last.limit(last.limit() - blank.length);
    space += blank.length;
    count--;
    bytes -= blank.length;
    if (last.limit() == 0) {
      // The next record to remove is in the previous chunk.
      pool.release(chunks.remove(chunks.size() - 1));
      last = chunks.isEmpty() ? NO_CHUNK : chunks.get(chunks.size() - 1);
      space = last.capacity() - last.limit();
    }
  }

  void forEach(Consumer<Record> action) {
    Record record = new Record(type);
    for (ByteBuffer chunk : chunks) {
      for (int at = 0; at < chunk.limit(); at += blank.length) {
        action.accept(record.wrap(chunk, at));
      }
    }
  }

  /** Sorts the records of a type of fixed size. Copies all of them. */
  void sort(Comparator<Record> order) {
    List<Record> copies = new ArrayList<>();
    forEach(
        record -> {
          Record copy = Record.allocate(type);
          copy.copy(record);
          copies.add(copy);
        });
    copies.sort(order);
    Iterator<Record> sorted = copies.iterator();
    forEach(record -> record.copy(sorted.next()));
  }

  void release() {
    chunks.forEach(pool::release);
    chunks.clear();
    last = NO_CHUNK;
    space = 0;
    count = 0;
    bytes = 0;
  }
}
