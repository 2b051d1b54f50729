package kifs.kernel.procfs.locks;

import java.nio.ByteBuffer;
import java.util.Optional;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.Registers;

/**
 * Reads the registers of a thread by ptrace(2). The thread is stopped for some microseconds, and a
 * system call in which it sleeps is restarted. A thread can have only one tracer, so the registers
 * of a thread under a debugger can't be read. If the daemon dies during the read, the kernel lets
 * the thread continue. Stateless and thread-safe.
 */
public final class StoppedThread {
  private static final int SEIZE = 0x4206;
  private static final int INTERRUPT = 0x4207;
  private static final int GETREGSET = 0x4204;
  private static final int DETACH = 17;
  private static final int NT_PRSTATUS = 1;

  private static final int WNOHANG = 1;
  private static final int WALL = 0x4000_0000;

  /** How long to wait for the thread to stop. */
  private static final long MAX_WAIT_NS = 100_000_000L;

  /** Bytes of a struct user_regs_struct; aarch64 has the larger one of both architectures, 272. */
  private static final int REGISTERS_BYTES = 272;

  /** The first registers of the struct on x86-64 are r15, r14, r13, r12, rbp, rbx. */
  private static final int X86_SAVED = 6;

  /** The saved registers on aarch64 are x19 to x28. */
  private static final int AARCH64_FIRST = 19;

  private static final int AARCH64_SAVED = 10;
  private static final int AARCH64_LINK = 30;

  private StoppedThread() {}

  /** The registers of a thread; empty if it has vanished, has a tracer, or the kernel refuses. */
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
    long end = System.nanoTime() + MAX_WAIT_NS;
    int result = 0;
    while (result == 0 && System.nanoTime() < end) {
      result = Syscalls.waitpid(tid, status.address(), WALL | WNOHANG);
      if (result == 0) {
        Syscalls.yieldCpu();
      }
    }
    return result == tid;
  }

  private static Optional<Registers> read(int tid) {
    NativeBuffer registers = NativeBuffer.allocate(REGISTERS_BYTES);
    NativeBuffer vector = NativeBuffer.allocate(2 * Long.BYTES);
    vector.buffer().putLong(0, registers.address()).putLong(Long.BYTES, REGISTERS_BYTES);
    if (vector.call(at -> (int) Syscalls.ptrace(GETREGSET, tid, NT_PRSTATUS, at)) < 0) {
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
