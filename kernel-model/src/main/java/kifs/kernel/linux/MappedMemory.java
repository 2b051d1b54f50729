package kifs.kernel.linux;

import com.kenai.jffi.MemoryIO;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory of a file, or of a BPF map, that the kernel and Java share. It stays mapped until it is
 * closed; the buffer must not be accessed afterwards. Not thread-safe.
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
   * Maps memory of an open file.
   *
   * @param length bytes, a multiple of the page size
   * @param offset bytes, a multiple of the page size
   * @throws IOException if the kernel refuses the mapping
   */
  public static MappedMemory map(int fd, int length, long offset, boolean writable)
      throws IOException {
    long address = Syscalls.mmap(length, writable, fd, offset);
    if (address < 0) {
      throw new IOException("can't map " + length + " bytes into memory: errno " + -address);
    }
    return new MappedMemory(address, length);
  }

  /** The memory, in the host's byte order. */
  public ByteBuffer buffer() {
    return buffer;
  }

  @Override
  public void close() {
    Syscalls.munmap(address, buffer.capacity());
  }
}
