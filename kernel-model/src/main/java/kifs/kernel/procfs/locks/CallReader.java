package kifs.kernel.procfs.locks;

import java.nio.ByteBuffer;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.Abi;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.UserWords;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.SyscallFile;
import org.jspecify.annotations.Nullable;

/**
 * Reads the raw facts of one blocked thread: its file {@code syscall}, and the memory of its
 * process. Stateless; thread-safe if each thread passes its own {@link Scan}.
 */
final class CallReader {
  /**
   * Bytes of an entry of auxv in a 64-bit process: a key and a value. The upper half of the key is
   * 0 there, while a 32-bit process has its first value in these bytes.
   */
  private static final int AUXV_ENTRY = 16;

  private static final int MIN_PAGE = 4096;

  private static final boolean AARCH64 = Syscalls.isAarch64();

  private CallReader() {}

  /**
   * The call in which a thread is blocked, without a description of the thread.
   *
   * @param call the parsed file {@code syscall} of the thread
   * @param process opens files of the process, but only those that the call needs
   * @return null if the thread isn't blocked in a call that can wait for a lock, a file lock or a
   *     child
   */
  static @Nullable BlockedCall read(
      Scan scan, int pid, int tid, SyscallFile call, Process process) {
    if (!mayWait(call)) {
      return null;
    }
    Abi abi = abi(scan, call, process);
    if (abi.call(call.number()) == Abi.Call.OTHER) {
      return null;
    }
    long[] arguments = call.arguments();
    UserWords words =
        switch (abi.call(call.number())) {
          case FUTEX, CLONE3 -> words(scan, arguments[0], process);
          default -> UserWords.NONE;
        };
    BlockedCall.SystemCall entered =
        new BlockedCall.SystemCall(
            abi, (int) call.number(), arguments, call.stackPointer(), call.programCounter());
    return new BlockedCall(
        new ThreadId(pid, tid), entered, words, Wait.Since.UNKNOWN, Wait.Description.UNKNOWN);
  }

  /** Opens files of a thread's process. */
  interface Process {
    /** The open file {@code mem}, which this object closes; a negative errno on error. */
    int memory();

    /** Opens the file {@code auxv}, which the caller closes; a negative errno on error. */
    int auxv();
  }

  /**
   * Whether a call of this number waits in any ABI that the thread may have. Most threads sleep in
   * calls that don't, so the test saves the reads that follow.
   */
  static boolean mayWait(SyscallFile call) {
    return call.inSystemCall() && mayWait(call.number());
  }

  private static boolean mayWait(long number) {
    return AARCH64
        ? Abi.AARCH64.call(number) != Abi.Call.OTHER
        : Abi.X86_64.call(number) != Abi.Call.OTHER || Abi.I386.call(number) != Abi.Call.OTHER;
  }

  private static Abi abi(Scan scan, SyscallFile call, Process process) {
    Abi own = AARCH64 ? Abi.AARCH64 : Abi.X86_64;
    if (!call.isLow()) {
      return own;
    }
    int auxv = process.auxv();
    int length = auxv < 0 ? -1 : scan.peek(auxv, 0, AUXV_ENTRY);
    if (auxv >= 0) {
      Syscalls.close(auxv);
    }
    if (length < AUXV_ENTRY) {
      return Abi.UNKNOWN;
    }
    if (scan.small().getInt(Integer.BYTES) == 0) {
      return own;
    }
    return AARCH64 ? Abi.UNKNOWN : Abi.I386;
  }

  private static UserWords words(Scan scan, long address, Process process) {
    int memory = process.memory();
    if (memory < 0) {
      return UserWords.NONE;
    }
    long from = address - UserWords.BEFORE;
    int length = scan.peek(memory, from, UserWords.BEFORE + UserWords.AFTER);
    if (length <= UserWords.BEFORE) {
      // The page before the address may not be mapped, so the read begins at the page's start.
      from = Math.max(from, address & -MIN_PAGE);
      length = scan.peek(memory, from, (int) (address + UserWords.AFTER - from));
    }
    return length > 0
        ? new UserWords(copy(scan.small(), length), (int) (from - address))
        : UserWords.NONE;
  }

  private static byte[] copy(ByteBuffer from, int length) {
    byte[] bytes = new byte[length];
    from.get(0, bytes);
    return bytes;
  }
}
