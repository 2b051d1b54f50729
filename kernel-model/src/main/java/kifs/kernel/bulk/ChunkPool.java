package kifs.kernel.bulk;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Chunks of off-heap memory of which bulks consist. Records never cross a chunk's end, so a growing
 * bulk copies nothing, and a released bulk leaves its memory to the next one. Thread-safe: the lock
 * of this object guards all fields.
 */
public final class ChunkPool {
  /** Size of a chunk in bytes. The longest record must fit. */
  public static final int CHUNK_BYTES = 256 * 1024;

  private final long capacity;
  private final int maxFree;

  /** The pool that has the memory; null: this one has it. */
  private final @Nullable ChunkPool whole;

  private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

  /** What can be given up, the one that was used longest ago first. */
  private final Set<Spare> spares = new LinkedHashSet<>();

  private long lent;
  private int bulks;

  /** Holds chunks that it can do without. */
  public interface Spare {
    /**
     * Releases the chunks, because the pool has no others. Called without a lock of the pool, while
     * the caller may hold others, so the method must not acquire any.
     */
    void giveUp();
  }

  /**
   * @param capacity maximum of bytes that are lent at one time
   * @param retained maximum of free bytes kept for the next bulk; the system gets the rest back
   */
  public ChunkPool(long capacity, long retained) {
    this(capacity, retained, null);
  }

  private ChunkPool(long capacity, long retained, @Nullable ChunkPool whole) {
    this.capacity = capacity;
    this.maxFree = Math.toIntExact(retained / CHUNK_BYTES);
    this.whole = whole;
  }

  /**
   * A pool that lends chunks of this one.
   *
   * @param most maximum of bytes that it lends at one time
   */
  public ChunkPool share(long most) {
    return new ChunkPool(most, 0, this);
  }

  /**
   * A little-endian direct buffer of {@link #CHUNK_BYTES}. It contains old bytes.
   *
   * @throws BulkTooLargeException if the pool's capacity or the system's memory is exhausted
   */
  ByteBuffer acquire() {
    while (true) {
      Spare spare;
      synchronized (this) {
        if (lent + CHUNK_BYTES <= capacity) {
          lent += CHUNK_BYTES;
          ByteBuffer chunk = free.pollLast();
          if (chunk != null) {
            return chunk;
          }
          break;
        }
        if (spares.isEmpty()) {
          throw new BulkTooLargeException(capacity);
        }
        spare = spares.iterator().next();
        spares.remove(spare);
      }
      spare.giveUp();
    }
    try {
      return whole == null ? allocate() : whole.acquire();
    } catch (BulkTooLargeException e) {
      forgetOne();
      throw e;
    }
  }

  private ByteBuffer allocate() {
    try {
      return ByteBuffer.allocateDirect(CHUNK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    } catch (OutOfMemoryError e) {
      throw new BulkTooLargeException(capacity);
    }
  }

  /** Returns a chunk to the pool. */
  void release(ByteBuffer chunk) {
    synchronized (this) {
      lent -= CHUNK_BYTES;
      if (free.size() < maxFree) {
        free.addLast(chunk);
      }
    }
    if (whole != null) {
      whole.release(chunk);
    }
  }

  /** Notes that something can be given up, and was used just now. */
  public synchronized void use(Spare spare) {
    spares.remove(spare);
    spares.add(spare);
  }

  /** Forgets what {@link #use} has noted. */
  public synchronized void forget(Spare spare) {
    spares.remove(spare);
  }

  /** Corrects the count after an allocation failed. */
  private synchronized void forgetOne() {
    lent -= CHUNK_BYTES;
  }

  /** Counts bulks that came to be, or if the number is negative, that are gone. */
  void countBulks(int more) {
    synchronized (this) {
      bulks += more;
    }
    if (whole != null) {
      whole.countBulks(more);
    }
  }

  /** The number of finished bulks whose memory was not returned yet. */
  public synchronized int bulks() {
    return bulks;
  }

  /** The maximum of {@link #lentBytes}. */
  public long capacity() {
    return capacity;
  }

  /** Bytes that open bulks and builders hold now. */
  public synchronized long lentBytes() {
    return lent;
  }
}
