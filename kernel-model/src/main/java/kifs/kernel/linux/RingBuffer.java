package kifs.kernel.linux;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The reading end of a BPF ring buffer, by its memory layout: a page with our position, a page with
 * the kernel's, then the data, mapped twice in a row so that no record is ever cut. Each record has
 * a header of 8 bytes, whose first 4 are its length, a bit for "still being written" and one for
 * "dropped". Not thread-safe.
 */
public final class RingBuffer implements AutoCloseable {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int BUSY = 1 << 31;
  private static final int DISCARDED = 1 << 30;
  private static final int HEADER = 8;

  private final int fd;
  private final int size;
  private final int page = Syscalls.pageSize();
  private final MappedMemory consumer;
  private final MappedMemory producer;

  /** A record; valid only during the call. */
  public interface Visitor {
    void record(ByteBuffer memory, int offset, int length);
  }

  /**
   * @param fd of the map; it stays the caller's
   * @param size of the data, a power of 2
   * @throws IOException if it can't be mapped
   */
  public RingBuffer(int fd, int size) throws IOException {
    this.fd = fd;
    this.size = size;
    consumer = MappedMemory.map(fd, page, 0, true);
    try {
      producer = MappedMemory.map(fd, page + 2 * size, page, false);
    } catch (IOException e) {
      consumer.close();
      throw e;
    }
  }

  /** To be polled for POLLIN. */
  public int fd() {
    return fd;
  }

  /** Takes what is there, in order. */
  public void drain(Visitor visitor) {
    ByteBuffer data = producer.buffer();
    long at = (long) LONG.getAcquire(consumer.buffer(), 0);
    while (at < (long) LONG.getAcquire(data, 0)) {
      int header = page + (int) (at & size - 1);
      int length = (int) INT.getAcquire(data, header);
      if ((length & BUSY) != 0) {
        return;
      }
      int bytes = length & ~DISCARDED;
      if ((length & DISCARDED) == 0) {
        visitor.record(data, header + HEADER, bytes);
      }
      at += HEADER + bytes + 7 & ~7;
      LONG.setRelease(consumer.buffer(), 0, at);
    }
  }

  @Override
  public void close() {
    consumer.close();
    producer.close();
  }
}
