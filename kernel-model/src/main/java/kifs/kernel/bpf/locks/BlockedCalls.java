package kifs.kernel.bpf.locks;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import kifs.kernel.bpf.program.SharedLayout;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.Abi;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.blocked.UserWords;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;

/**
 * Tells the program {@code waits} which system calls are wanted, and reads the calls of blocked
 * threads that it leaves in a slot. Not thread-safe.
 */
final class BlockedCalls {
  private static final long FOUR_GIB = 1L << 32;
  private static final int SMALLEST_PAGE = 4096;
  private static final int ARGUMENTS = 6;
  private static final Abi ABI = Syscalls.isAarch64() ? Abi.AARCH64 : Abi.X86_64;

  /** A bit for each number of a system call by which a thread may wait for another one. */
  private static final long[] WANTED_CALLS = wantedCalls();

  private static final int FUTEX_CALL =
      IntStream.range(0, SharedLayout.CALL_NUMBERS)
          .filter(number -> ABI.call(number) == Abi.Call.FUTEX)
          .findFirst()
          .orElseThrow();

  private final LockFacts proc;

  /**
   * @param proc asked for what the program leaves out
   */
  BlockedCalls(LockFacts proc) {
    this.proc = proc;
  }

  private static long[] wantedCalls() {
    long[] wanted = new long[SharedLayout.CALL_NUMBERS / Long.SIZE];
    for (int number = 0; number < SharedLayout.CALL_NUMBERS; number++) {
      boolean compat = !Syscalls.isAarch64() && Abi.I386.call(number) != Abi.Call.OTHER;
      if (compat || ABI.call(number) != Abi.Call.OTHER) {
        wanted[number / Long.SIZE] |= 1L << number;
      }
    }
    return wanted;
  }

  /** Before the first run of a look. */
  void ask(Slot slot) {
    ByteBuffer memory = slot.memory();
    for (int i = 0; i < WANTED_CALLS.length; i++) {
      memory.putLong(SharedLayout.CALLS + i * Long.BYTES, WANTED_CALLS[i]);
    }
    memory.putLong(SharedLayout.FUTEX, FUTEX_CALL);
  }

  /**
   * Takes what a run has left in its slot.
   *
   * @param described whether last-ran time, name and user are wanted
   */
  void take(Slot slot, boolean described, List<BlockedCall> found) {
    ByteBuffer memory = slot.memory();
    for (int i = 0; i < slot.get(SharedLayout.BLOCKED_COUNT); i++) {
      int at = SharedLayout.BLOCKED + i * SharedLayout.BLOCKED_BYTES;
      call(memory, at, described).ifPresent(found::add);
    }
  }

  private Optional<BlockedCall> call(ByteBuffer memory, int at, boolean described) {
    int pid = memory.getInt(at);
    int tid = memory.getInt(at + SharedLayout.BLOCKED_TID);
    long stack = memory.getLong(at + SharedLayout.BLOCKED_STACK);
    boolean compat = memory.getInt(at + SharedLayout.BLOCKED_COMPAT) != 0;
    if (compat || Long.compareUnsigned(stack, FOUR_GIB) < 0) {
      // Its numbers may mean other calls.
      return proc.blocked(new ThreadId(pid, tid));
    }
    int number = (int) memory.getLong(at + SharedLayout.BLOCKED_NUMBER);
    if (ABI.call(number) == Abi.Call.OTHER) {
      return Optional.empty();
    }
    long[] arguments = new long[ARGUMENTS];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = memory.getLong(at + SharedLayout.BLOCKED_ARGUMENT + i * Long.BYTES);
    }
    boolean futex = ABI.call(number) == Abi.Call.FUTEX;
    long lastRan = memory.getLong(at + SharedLayout.BLOCKED_LAST_RAN);
    return Optional.of(
        new BlockedCall(
            new ThreadId(pid, tid),
            new BlockedCall.SystemCall(
                ABI, number, arguments, stack, memory.getLong(at + SharedLayout.BLOCKED_CODE)),
            futex ? words(memory, at, tid, arguments[0]) : UserWords.NONE,
            new Wait.Since(
                lastRan == 0 ? -1 : lastRan, memory.getLong(at + SharedLayout.BLOCKED_SWITCHES)),
            described
                ? new Wait.Description(
                    comm(memory, at + SharedLayout.BLOCKED_COMM),
                    memory.getInt(at + SharedLayout.BLOCKED_UID) & 0xFFFF_FFFFL)
                : Wait.Description.UNKNOWN));
  }

  private UserWords words(ByteBuffer memory, int at, int tid, long address) {
    if (memory.getInt(at + SharedLayout.BLOCKED_ELSEWHERE) != 0) {
      return wordsOfProc(tid, address);
    }
    int length = memory.getInt(at + SharedLayout.BLOCKED_WORDS_LENGTH);
    if (length == 0) {
      return UserWords.NONE;
    }
    byte[] bytes = new byte[length];
    memory.get(at + SharedLayout.BLOCKED_WORDS, bytes);
    long from = memory.getLong(at + SharedLayout.BLOCKED_WORDS_ADDRESS);
    return new UserWords(bytes, (int) (from - address));
  }

  /** By the thread itself: the first one of its process may have ended, and has no memory then. */
  private UserWords wordsOfProc(int tid, long address) {
    long from = address - UserWords.BEFORE;
    byte[] bytes = proc.memory(tid, from, SharedLayout.WORDS);
    if (bytes.length <= UserWords.BEFORE) {
      // The page before may not be mapped.
      from = Math.max(from, address & -SMALLEST_PAGE);
      bytes = proc.memory(tid, from, (int) (address + UserWords.AFTER - from));
    }
    return bytes.length == 0 ? UserWords.NONE : new UserWords(bytes, (int) (from - address));
  }

  private static byte[] comm(ByteBuffer memory, int at) {
    int length = 0;
    while (length < SharedLayout.COMM_BYTES && memory.get(at + length) != 0) {
      length++;
    }
    byte[] comm = new byte[length];
    memory.get(at, comm);
    return comm;
  }
}
