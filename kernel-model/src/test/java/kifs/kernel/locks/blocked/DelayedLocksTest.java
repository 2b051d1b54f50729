package kifs.kernel.locks.blocked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.record.WaitKind;
import org.junit.jupiter.api.Test;

/** Threads that sleep for ever because the kernel refused to let them wait for a PI mutex. */
class DelayedLocksTest {
  private static final long STACK = 0x7000_0000_0000L;
  private static final long MUTEX = 0x5000_0000L;
  private static final long LIBRARY = 0x6000_0000_0000L;
  private static final long PROGRAM = 0x4000_0000L;
  private static final int WAIT_BITSET = 0x89;
  private static final int AARCH64_FUTEX = 98;
  private static final int X86_64_FUTEX = 202;

  private static final List<LockFacts.Code> CODE =
      List.of(
          new LockFacts.Code(PROGRAM, PROGRAM + 0x1000, "/usr/bin/shop"),
          new LockFacts.Code(LIBRARY, LIBRARY + 0x1000, "/usr/lib/libc.so.6"));

  private int stops;

  @Test
  void theReturnAddressMayBeOnTheStack() {
    Registers saved = new Registers(0, new long[] {7, MUTEX});
    assertEquals(MUTEX, wanted(Abi.X86_64, saved, 0, LIBRARY + 8, 0));
    assertEquals(
        0,
        wanted(Abi.X86_64, saved, 0, LIBRARY + 8, PROGRAM + 8),
        "the program waits at a word of its own");
    assertEquals(1, stops);
  }

  @Test
  void anX86ThreadWithoutAReturnAddressIsNotStopped() {
    assertEquals(0, wanted(Abi.X86_64, new Registers(0, new long[] {MUTEX}), 0, 0));
    assertEquals(0, stops);
  }

  /**
   * A function that calls no other has no frame: the word is four bytes above the stack pointer.
   */
  @Test
  void theReturnAddressMayBeInTheLinkRegister() {
    assertEquals(MUTEX, wanted(Abi.AARCH64, new Registers(LIBRARY + 8, new long[] {MUTEX})));
    assertEquals(0, wanted(Abi.AARCH64, new Registers(PROGRAM + 8, new long[] {MUTEX})));
    assertEquals(0, wanted(Abi.AARCH64, null));
  }

  /** The C library's {@code syscall} leaves such a stack. */
  @Test
  void aLinkIntoTheProgramCountsMoreThanTheStack() {
    Registers own = new Registers(PROGRAM + 8, new long[] {MUTEX});
    assertEquals(0, wanted(Abi.AARCH64, own, LIBRARY + 8));
  }

  @Test
  void twoMutexesAreAmbiguous() {
    Registers two = new Registers(LIBRARY + 8, new long[] {MUTEX, MUTEX + 0x100});
    assertEquals(0, wanted(Abi.AARCH64, two));
  }

  /**
   * The mutex that the thread is found to want; 0: none.
   *
   * @param registers null: they can't be read
   */
  private long wanted(Abi abi, Registers registers, long... stack) {
    ByteBuffer bytes =
        ByteBuffer.allocate(stack.length * Long.BYTES + Integer.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long word : stack) {
      bytes.putLong(word);
    }
    long[] arguments = {STACK + stack.length * Long.BYTES + 4, WAIT_BITSET, 0, 0, 0, 0};
    BlockedCall call =
        new BlockedCall(
            new ThreadId(100, 101),
            new BlockedCall.SystemCall(
                abi,
                abi == Abi.AARCH64 ? AARCH64_FUTEX : X86_64_FUTEX,
                arguments,
                STACK,
                LIBRARY + 0x100),
            UserWords.NONE,
            Wait.Since.UNKNOWN,
            Wait.Description.UNKNOWN);
    assertTrue(DelayedLocks.mayBeDelayed(call));
    Optional<Wait> wait = new DelayedLocks(facts(bytes.array(), registers)).find(call);
    wait.ifPresent(w -> assertEquals(WaitKind.PI_MUTEX, w.what().kind()));
    return wait.map(w -> w.what().object()).orElse(0L);
  }

  /** A process with two PI mutexes, which its thread 102 holds. */
  private LockFacts facts(byte[] stack, Registers registers) {
    byte[] mutex = new byte[20];
    ByteBuffer.wrap(mutex)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0, 102)
        .putInt(8, 102)
        .putInt(16, 32);
    return FakeFacts.of(
        (method, arguments) ->
            switch (method) {
              case "code" -> Optional.of(CODE);
              case "registers" -> {
                stops++;
                yield Optional.ofNullable(registers);
              }
              case "memory" -> {
                long address = (long) arguments[1];
                boolean held = address == MUTEX || address == MUTEX + 0x100;
                byte[] found = address == STACK ? stack : held ? mutex : new byte[0];
                yield Arrays.copyOf(found, Math.min(found.length, (int) arguments[2]));
              }
              default -> throw new AssertionError(method);
            });
  }
}
