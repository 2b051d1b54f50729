package kifs.kernel.bpf.locks;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import kifs.kernel.bpf.layout.BlockedLayout;
import kifs.kernel.bpf.layout.Capacity;
import kifs.kernel.bpf.layout.RequestLayout;
import kifs.kernel.bpf.layout.SlotLayout;
import kifs.kernel.bpf.program.Slot;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.Abi;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.blocked.UserWords;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;

/**
 * Writes into a slot which system calls the program {@code waits} shall find, and reads the calls
 * of blocked threads that the program writes into the slot. Not thread-safe.
 */
final class BlockedCalls {
  private static final long FOUR_GIB = 1L << 32;
  private static final int SMALLEST_PAGE = 4096;
  private static final int ARGUMENTS = 6;
  private static final Abi ABI = Syscalls.isAarch64() ? Abi.AARCH64 : Abi.X86_64;

  /** A bit for each number of a system call by which a thread may wait for another one. */
  private static final long[] WANTED_CALLS = wantedCalls();

  private static final int FUTEX_CALL =
      IntStream.range(0, Capacity.CALL_NUMBERS.count())
          .filter(number -> ABI.call(number) == Abi.Call.FUTEX)
          .findFirst()
          .orElseThrow();

  private final LockFacts proc;

  /**
   * @param proc is asked for what the program can't read
   */
  BlockedCalls(LockFacts proc) {
    this.proc = proc;
  }

  private static long[] wantedCalls() {
    long[] wanted = new long[Capacity.CALL_NUMBERS.count() / Long.SIZE];
    for (int number = 0; number < Capacity.CALL_NUMBERS.count(); number++) {
      boolean compat = !Syscalls.isAarch64() && Abi.I386.call(number) != Abi.Call.OTHER;
      if (compat || ABI.call(number) != Abi.Call.OTHER) {
        wanted[number / Long.SIZE] |= 1L << number;
      }
    }
    return wanted;
  }

  /** Writes the wanted system calls. Must be called before the first run in a slot. */
  void request(Slot slot) {
    ByteBuffer memory = slot.memory();
    for (int i = 0; i < WANTED_CALLS.length; i++) {
      memory.putLong(RequestLayout.CALLS + i * Long.BYTES, WANTED_CALLS[i]);
    }
    memory.putLong(RequestLayout.FUTEX, FUTEX_CALL);
  }

  /**
   * Reads the calls that a run has written into its slot.
   *
   * @param described whether the name and the user of each thread are wanted
   */
  void collect(Slot slot, boolean described, List<BlockedCall> found) {
    ByteBuffer memory = slot.memory();
    for (int i = 0; i < slot.get(RequestLayout.BLOCKED); i++) {
      int at = SlotLayout.BLOCKED + i * BlockedLayout.BYTES;
      call(memory, at, described).ifPresent(found::add);
    }
  }

  private Optional<BlockedCall> call(ByteBuffer memory, int at, boolean described) {
    int pid = memory.getInt(at + BlockedLayout.PID);
    int tid = memory.getInt(at + BlockedLayout.TID);
    long stack = memory.getLong(at + BlockedLayout.STACK_POINTER);
    boolean compat = memory.getInt(at + BlockedLayout.COMPAT) != 0;
    if (compat || Long.compareUnsigned(stack, FOUR_GIB) < 0) {
      // The thread may be in 32-bit mode, where the same numbers mean other calls.
      return proc.blocked(new ThreadId(pid, tid));
    }
    int number = (int) memory.getLong(at + BlockedLayout.NUMBER);
    if (ABI.call(number) == Abi.Call.OTHER) {
      return Optional.empty();
    }
    long[] arguments = new long[ARGUMENTS];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = memory.getLong(at + BlockedLayout.ARGUMENT + i * Long.BYTES);
    }
    long lastRan = memory.getLong(at + BlockedLayout.LAST_RAN_NS);
    return Optional.of(
        new BlockedCall(
            new ThreadId(pid, tid),
            new BlockedCall.SystemCall(
                ABI, number, arguments, stack, memory.getLong(at + BlockedLayout.PROGRAM_COUNTER)),
            words(memory, at, ABI.call(number), new ThreadId(pid, tid), arguments[0]),
            new Wait.Since(
                lastRan == 0 ? -1 : lastRan, memory.getLong(at + BlockedLayout.SWITCHES)),
            described
                ? new Wait.Description(
                    comm(memory, at + BlockedLayout.COMM),
                    memory.getInt(at + BlockedLayout.UID) & 0xFFFF_FFFFL)
                : Wait.Description.UNKNOWN));
  }

  private UserWords words(ByteBuffer memory, int at, Abi.Call call, ThreadId thread, long address) {
    if (call == Abi.Call.CLONE3) {
      return readWordsFromProc(thread, address);
    }
    if (call != Abi.Call.FUTEX) {
      return UserWords.NONE;
    }
    if (memory.getInt(at + BlockedLayout.WORDS_LEFT_TO_PROC) != 0) {
      return readWordsFromProc(thread, address);
    }
    int length = memory.getInt(at + BlockedLayout.WORDS_LENGTH);
    if (length == 0) {
      return UserWords.NONE;
    }
    byte[] bytes = new byte[length];
    memory.get(at + BlockedLayout.WORDS, bytes);
    long from = memory.getLong(at + BlockedLayout.WORDS_ADDRESS);
    return new UserWords(bytes, (int) (from - address));
  }

  private UserWords readWordsFromProc(ThreadId thread, long address) {
    long from = address - UserWords.BEFORE;
    byte[] bytes = proc.memory(thread, from, Capacity.WORDS.count());
    if (bytes.length <= UserWords.BEFORE) {
      // The page before may not be mapped.
      from = Math.max(from, address & -SMALLEST_PAGE);
      bytes = proc.memory(thread, from, (int) (address + UserWords.AFTER - from));
    }
    return bytes.length == 0 ? UserWords.NONE : new UserWords(bytes, (int) (from - address));
  }

  private static byte[] comm(ByteBuffer memory, int at) {
    int length = 0;
    while (length < Capacity.COMM_BYTES.count() && memory.get(at + length) != 0) {
      length++;
    }
    byte[] comm = new byte[length];
    memory.get(at, comm);
    return comm;
  }
}
