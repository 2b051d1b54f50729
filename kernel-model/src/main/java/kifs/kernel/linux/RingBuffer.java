package kifs.kernel.linux;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The reading end of a BPF ring buffer. Its memory is a page with the reader's position, a page
 * with the kernel's position, and the data. The data is mapped twice in a row, so that no record is
 * cut at its end. Each record has a header of 8 bytes. The first 4 hold the length and two bits:
 * the record is still being written, and the record was discarded. Not thread-safe.
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

  /** Receives a record. Its memory is valid only during the call. */
  public interface Visitor {
    void record(ByteBuffer memory, int offset, int length);
  }

  /**
   * Maps a ring buffer.
   *
   * @param fd of the BPF map; the caller closes it
   * @param size bytes of the data, a power of 2
   * @throws IOException if the map can't be mapped
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

  /** The fd of the BPF map. A poll for POLLIN on it waits for a record. */
  public int fd() {
    return fd;
  }

  /** Consumes the finished records in order, up to the first one that is still being written. */
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
