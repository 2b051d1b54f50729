package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SnapshotRecord;

/**
 * One finished snapshot: immutable bytes, shared by reference count among its readers. The holder
 * of a reference may read; the last {@link #release} gives the memory back. A reference that is
 * held for the length of a block is released by a try with resources. Thread-safe.
 */
public final class Bulk implements AutoCloseable {
  private final List<Section> sections;
  private final List<ByteBuffer> parts = new ArrayList<>();
  private final long[] starts;
  private final long size;
  private final AtomicInteger references = new AtomicInteger(1);

  Bulk(ByteBuffer snapshot, List<Section> sections) {
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
  }

  /** Bytes. */
  public long size() {
    return size;
  }

  /** The SNAPSHOT record. */
  public Record snapshot() {
    return new Record(SnapshotRecord.TYPE).wrap(parts.get(0), 0);
  }

  /** Records of that type; 0 where it was not asked for. */
  public long count(RecordType type) {
    return sections.stream().filter(s -> s.type() == type).mapToLong(Section::count).sum();
  }

  /** Each record of that fixed-size type, in order, by one flyweight that moves. */
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
   * @return how many; 0 at or past the end
   */
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

  /** A text that a record refers to: raw bytes. */
  public byte[] text(long offset, int length) {
    ByteBuffer text = ByteBuffer.allocate(length);
    read(offset, text);
    return text.array();
  }

  /** Adds a reference, for one more reader. The caller must hold a reference itself. */
  public Bulk retain() {
    if (references.getAndUpdate(held -> held == 0 ? 0 : held + 1) == 0) {
      throw new IllegalStateException("its memory was given back");
    }
    return this;
  }

  /** Gives up a reference; giving up the last one gives the memory back. */
  public void release() {
    int held = references.decrementAndGet();
    if (held < 0) {
      throw new IllegalStateException("released more often than retained");
    }
    if (held == 0) {
      sections.forEach(Section::release);
    }
  }

  /** Gives up the reference that the block has held: {@link #release}. */
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
