package kifs.kernel.procfs.locks;

import java.nio.ByteBuffer;
import java.util.Optional;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.Registers;

/**
 * Registers of a thread, by ptrace(2): it is stopped for some microseconds, and a system call that
 * it sleeps in begins anew. Nobody can be traced twice, so this gives nothing of a thread that a
 * debugger has. If we die meanwhile, the kernel lets it go. Stateless and thread-safe.
 */
public final class StoppedThread {
  private static final int SEIZE = 0x4206;
  private static final int INTERRUPT = 0x4207;
  private static final int GETREGSET = 0x4204;
  private static final int DETACH = 17;
  private static final int NT_PRSTATUS = 1;

  private static final int WNOHANG = 1;
  private static final int WALL = 0x4000_0000;
  private static final long MOST_NS = 100_000_000L;

  /** struct user_regs_struct, the larger of the two. */
  private static final int BYTES = 272;

  /** r15 r14 r13 r12 rbp rbx. */
  private static final int X86_SAVED = 6;

  /** x19 to x28. */
  private static final int AARCH64_FIRST = 19;

  private static final int AARCH64_SAVED = 10;
  private static final int AARCH64_LINK = 30;

  private StoppedThread() {}

  /** The registers of a thread; empty if they can't be had. */
  public static Optional<Registers> registers(int tid) {
    if (Syscalls.ptrace(SEIZE, tid, 0, 0) < 0) {
      return Optional.empty();
    }
    try {
      boolean stopped = Syscalls.ptrace(INTERRUPT, tid, 0, 0) >= 0 && awaitStop(tid);
      return stopped ? read(tid) : Optional.empty();
    } finally {
      Syscalls.ptrace(DETACH, tid, 0, 0);
    }
  }

  private static boolean awaitStop(int tid) {
    NativeBuffer status = NativeBuffer.allocate(Integer.BYTES);
    long end = System.nanoTime() + MOST_NS;
    int result = 0;
    while (result == 0 && System.nanoTime() < end) {
      result = Syscalls.waitpid(tid, status.address(), WALL | WNOHANG);
      if (result == 0) {
        Syscalls.yieldProcessor();
      }
    }
    return result == tid;
  }

  private static Optional<Registers> read(int tid) {
    NativeBuffer registers = NativeBuffer.allocate(BYTES);
    NativeBuffer vector = NativeBuffer.allocate(2 * Long.BYTES);
    vector.buffer().putLong(0, registers.address()).putLong(Long.BYTES, BYTES);
    if (Syscalls.ptrace(GETREGSET, tid, NT_PRSTATUS, vector.address()) < 0) {
      return Optional.empty();
    }
    ByteBuffer all = registers.buffer();
    int first = Syscalls.isAarch64() ? AARCH64_FIRST : 0;
    long[] saved = new long[Syscalls.isAarch64() ? AARCH64_SAVED : X86_SAVED];
    for (int i = 0; i < saved.length; i++) {
      saved[i] = all.getLong((first + i) * Long.BYTES);
    }
    long link = Syscalls.isAarch64() ? all.getLong(AARCH64_LINK * Long.BYTES) : 0;
    return Optional.of(new Registers(link, saved));
  }
}
