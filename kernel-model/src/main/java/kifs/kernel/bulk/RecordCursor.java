package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import kifs.kernel.record.Record;

/** Visits the records of one type of a bulk, in their order. Not thread-safe. */
public final class RecordCursor {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final List<ByteBuffer> parts;

  /** The size of each record; 0: each says its own. */
  private final int size;

  private int next;

  /** A view of a part, whose position and limit nobody else uses. */
  private ByteBuffer view = NOTHING;

  private int at;
  private int end;

  /**
   * @param parts from their positions to their limits they have the records; none lies in two
   * @param size the size of each record in bytes; 0: each record says its own
   */
  RecordCursor(List<ByteBuffer> parts, int size) {
    this.parts = parts;
    this.size = size;
  }

  /** Whether there is a further record. If so, it is at {@link #at} of the view. */
  private boolean isReady() {
    while (at == end && next < parts.size()) {
      ByteBuffer part = parts.get(next++);
      at = part.position();
      end = part.limit();
      view = part.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    }
    return at < end;
  }

  /**
   * Points the flyweight at the next record.
   *
   * @return false if there is none; the flyweight stays where it was
   */
  public boolean next(Record record) {
    if (!isReady()) {
      return false;
    }
    view.clear();
    record.wrap(view, at);
    at += size == 0 ? view.getInt(at + Record.SIZE_OFFSET) : size;
    return true;
  }

  /**
   * Skips the records that this and another cursor have next, as long as they are equal byte by
   * byte. Compares all of them together, which is much faster than one by one.
   */
  public void skipEqual(RecordCursor other) {
    if (size > 0 && size == other.size) {
      while (isReady() && other.isReady()) {
        int length = Math.min(end - at, other.end - other.at);
        int equal = equalBytes(other, length) / size * size;
        advance(equal);
        other.advance(equal);
        if (equal < length) {
          return;
        }
      }
    }
  }

  /** The number of bytes in which the rest of this and of another cursor are equal. */
  long equalBytes(RecordCursor other) {
    long all = 0;
    while (isReady() && other.isReady()) {
      int length = Math.min(end - at, other.end - other.at);
      int equal = equalBytes(other, length);
      all += equal;
      advance(equal);
      other.advance(equal);
      if (equal < length) {
        break;
      }
    }
    return all;
  }

  private int equalBytes(RecordCursor other, int length) {
    int mismatch = window(length).mismatch(other.window(length));
    return mismatch < 0 ? length : mismatch;
  }

  private ByteBuffer window(int length) {
    return view.clear().position(at).limit(at + length);
  }

  private void advance(int bytes) {
    at += bytes;
    view.clear();
  }
}
