package kifs.kernel.procfs.locks;

import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;

/** Reads pieces of other processes' memory, without opening a file for each. Not thread-safe. */
public final class ProcessMemory {
  private static final int VECTOR_BYTES = 16;
  private static final byte[] NOTHING = {};

  private final NativeBuffer bytes;
  private final NativeBuffer vectors = NativeBuffer.allocate(2 * VECTOR_BYTES);
  private final Pointer local = pointer(0);
  private final Pointer remote = pointer(VECTOR_BYTES);

  /**
   * @param most bytes of one piece
   */
  public ProcessMemory(int most) {
    bytes = NativeBuffer.allocate(most);
    vectors.buffer().putLong(0, bytes.address());
  }

  private Pointer pointer(int offset) {
    return Pointer.wrap(Runtime.getSystemRuntime(), vectors.address() + offset);
  }

  /**
   * process_vm_readv(2).
   *
   * @return shorter than wanted, or empty, where it can't be read
   */
  public byte[] read(int pid, long address, int length) {
    vectors.buffer().putLong(Long.BYTES, length);
    vectors.buffer().putLong(VECTOR_BYTES, address).putLong(VECTOR_BYTES + Long.BYTES, length);
    int got = Syscalls.processVmReadv(pid, local, remote);
    if (got <= 0) {
      return NOTHING;
    }
    byte[] read = new byte[got];
    bytes.buffer().get(0, read);
    return read;
  }
}
