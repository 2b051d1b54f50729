package kifs.kernel.linux;

import com.kenai.jffi.MemoryIO;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.function.LongToIntFunction;

/**
 * Memory that Java and the kernel share: a direct buffer and its address, which is determined once.
 * The address is valid as long as this object is reachable. Not thread-safe.
 */
public final class NativeBuffer {
  private final ByteBuffer buffer;
  private final long address;

  private NativeBuffer(ByteBuffer buffer) {
    this.buffer = buffer;
    this.address = MemoryIO.getInstance().getDirectBufferAddress(buffer);
  }

  /** Allocates zeroed memory of a number of bytes, in the host's byte order. */
  public static NativeBuffer allocate(int bytes) {
    return new NativeBuffer(ByteBuffer.allocateDirect(bytes).order(ByteOrder.nativeOrder()));
  }

  /** Allocates a NUL-terminated string, one byte a char. */
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

  /** Makes a call with the address. The memory stays valid until the call returns. */
  public int call(LongToIntFunction call) {
    try {
      return call.applyAsInt(address);
    } finally {
      Reference.reachabilityFence(this);
    }
  }

  public int capacity() {
    return buffer.capacity();
  }
}
