package kifs.kernel.linux;

import com.kenai.jffi.MemoryIO;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Memory that both Java and the kernel see: a direct buffer and its address, asked for once. The
 * address is good as long as this object is reachable. Not thread-safe.
 */
public final class NativeBuffer {
  private final ByteBuffer buffer;
  private final long address;

  private NativeBuffer(ByteBuffer buffer) {
    this.buffer = buffer;
    this.address = MemoryIO.getInstance().getDirectBufferAddress(buffer);
  }

  /** Zeroed memory of that many bytes, in the host's byte order. */
  public static NativeBuffer allocate(int bytes) {
    return new NativeBuffer(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
  }

  /** A NUL-terminated string, one byte a char. */
  public static NativeBuffer string(String latin1) {
    byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
    NativeBuffer string = allocate(bytes.length + 1);
    string.buffer.put(0, bytes);
    return string;
  }

  public ByteBuffer buffer() {
    return buffer;
  }

  public long address() {
    return address;
  }

  public int capacity() {
    return buffer.capacity();
  }
}
