package kifs.kernel.linux;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory of a file (or of what behaves like one) that both the kernel and Java see. It stays mapped
 * until it is closed; the buffer must not be touched afterwards. Not thread-safe.
 */
public final class MappedMemory implements AutoCloseable {
  private final long address;
  private final ByteBuffer buffer;

  private MappedMemory(long address, int length) {
    this.address = address;
    this.buffer =
        MemoryIO.getInstance().newDirectByteBuffer(address, length).order(ByteOrder.nativeOrder());
  }

  /**
   * @param length bytes, a multiple of the page size
   * @throws IOException if the kernel refuses
   */
  public static MappedMemory map(int fd, int length, long offset, boolean writable)
      throws IOException {
    long address = Syscalls.mmap(length, writable, fd, offset);
    if (address < 0) {
      throw new IOException("can't map " + length + " bytes into memory: errno " + -address);
    }
    return new MappedMemory(address, length);
  }

  /** In the host's byte order. */
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void close() {
    Syscalls.munmap(address, buffer.capacity());
  }
}
