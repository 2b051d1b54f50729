package kifs.kernel.procfs.locks;

import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/** Reads memory of other processes without opening a file for each. Not thread-safe. */
public final class ProcessMemory {
  private static final int VECTOR_BYTES = 16;
  private static final byte[] NOTHING = {};

  private final NativeBuffer bytes;
  private final NativeBuffer vectors = NativeBuffer.allocate(2 * VECTOR_BYTES);
  private final Pointer local = pointer(0);
  private final Pointer remote = pointer(VECTOR_BYTES);

  /**
   * @param maxBytes the longest read, bytes
   */
  public ProcessMemory(int maxBytes) {
    bytes = NativeBuffer.allocate(maxBytes);
    vectors.buffer().putLong(0, bytes.address());
  }

  private Pointer pointer(int offset) {
    return Pointer.wrap(Runtime.getSystemRuntime(), vectors.address() + offset);
  }

  /**
   * Reads memory by process_vm_readv(2).
   *
   * @param length bytes, at most the maximum of the constructor
   * @return the bytes; fewer than {@code length} if the rest can't be read, or none
   */
  public byte[] read(int pid, long address, int length) {
    vectors.buffer().putLong(Long.BYTES, length);
    vectors.buffer().putLong(VECTOR_BYTES, address).putLong(VECTOR_BYTES + Long.BYTES, length);
    int count = Syscalls.processVmReadv(pid, local, remote);
    if (count <= 0) {
      return NOTHING;
    }
    byte[] read = new byte[count];
    bytes.buffer().get(0, read);
    return read;
  }
}
