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

/**
 * Reads the raw facts of one blocked thread: {@code syscall}, and the memory of its process.
 * Stateless but for the {@link Scan} that it is given.
 */
final class CallReader {
  /** The key of an entry of auxv and its value; in a 64-bit process the key's upper half is 0. */
  private static final int AUXV_ENTRY = 16;

  private static final int SMALLEST_PAGE = 4096;

  private static final boolean AARCH64 = Syscalls.isAarch64();

  private CallReader() {}

  /**
   * The call that a thread is blocked in, without what describes the thread.
   *
   * @param call of that thread, parsed
   * @param process is asked only if something else than the call is needed
   * @return null if it isn't blocked in a call by which it may wait for somebody
   */
  static BlockedCall read(Scan scan, int pid, int tid, SyscallFile call, Process process) {
    if (!call.inSystemCall() || !mayWait(call.number())) {
      return null;
    }
    Abi abi = abi(scan, call, process);
    if (abi.call(call.number()) == Abi.Call.OTHER) {
      return null;
    }
    long[] arguments = call.arguments();
    UserWords words =
        abi.call(call.number()) == Abi.Call.FUTEX
            ? words(scan, arguments[0], process)
            : UserWords.NONE;
    BlockedCall.SystemCall entered =
        new BlockedCall.SystemCall(
            abi, (int) call.number(), arguments, call.stackPointer(), call.programCounter());
    return new BlockedCall(
        new ThreadId(pid, tid), entered, words, Wait.Since.UNKNOWN, Wait.Description.UNKNOWN);
  }

  /** What is asked of a thread's process, beside the thread's own files. */
  interface Process {
    /** An open mem file, which its owner closes; a negative errno if it can't be had. */
    int memory();

    /** An open auxv file, to be closed. */
    int auxv();
  }

  /** Most threads sleep in calls of which nobody needs to know more. */
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
      // The page before may not be mapped.
      from = Math.max(from, address & -SMALLEST_PAGE);
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
