package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;

/**
 * Off-heap chunks that bulks are made of. Records never straddle chunks, so growing a bulk copies
 * nothing, and a snapshot that was read leaves its memory to the next one. Thread-safe.
 */
public final class ChunkPool {
  /** One chunk. The longest record must fit. */
  public static final int CHUNK_BYTES = 256 * 1024;

  private final long capacity;
  private final int kept;
  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
  private long lent;

  /**
   * @param capacity the most bytes lent out at one time
   * @param retained the most bytes kept for the next snapshot; the rest goes back to the system
   */
  public ChunkPool(long capacity, long retained) {
    this.capacity = capacity;
    this.kept = Math.toIntExact(retained / CHUNK_BYTES);
  }

  /** A little-endian direct buffer of {@link #CHUNK_BYTES} with old content. */
  ByteBuffer acquire() {
    synchronized (this) {
      if (lent + CHUNK_BYTES > capacity) {
        throw new BulkTooLargeException(capacity);
      }
      lent += CHUNK_BYTES;
      ByteBuffer chunk = free.pollLast();
      if (chunk != null) {
        return chunk;
      }
    }
    try {
      return ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      release(null);
      throw new BulkTooLargeException(capacity);
    }
  }

  /** Takes a chunk back; null only counts. */
  synchronized void release(ByteBuffer chunk) {
    lent -= CHUNK_BYTES;
    if (chunk != null && free.size() < kept) {
      free.addLast(chunk);
    }
  }

  /** Bytes that open snapshots hold now. */
  public synchronized long lentBytes() {
    return lent;
  }
}
