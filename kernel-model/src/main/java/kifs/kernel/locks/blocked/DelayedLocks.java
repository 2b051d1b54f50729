package kifs.kernel.locks.blocked;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;
import kifs.kernel.record.WaitKind;

/**
 * Threads that wait for a PI mutex and don't show it. The kernel refuses FUTEX_LOCK_PI where it
 * would close a ring, and a library that must not return lets the thread sleep for ever, at a futex
 * word of its own on its stack. Which mutex it wanted then stands only in a register, or on the
 * stack beside the word. So it is looked for there, of threads for whose PI mutex somebody else
 * waits.
 *
 * <p>That the thread sleeps so is certain where its way back, from the link register or the stack's
 * end to the word, leads through the C library alone: had it called something else with a word of
 * its own, as a semaphore, its own code would stand in between. In a static program that can't be
 * told. Used by one thread at a time.
 */
final class DelayedLocks {
  private static final int PRIVATE = 128;
  private static final int CLOCK_REALTIME = 256;
  private static final int WAIT = 0;
  private static final int WAIT_BITSET = 9;
  private static final int MOST_STACK = 1024;

  /** From a pointer to within a mutex back to where it may begin. */
  private static final int MOST_WITHIN = 40;

  private static final int MUTEX_BYTES = 20;
  private static final int OWNER = 8;
  private static final int KIND = 16;
  private static final int KIND_PI = 32;
  private static final int KIND_SHARED = 128;
  private static final int KIND_KNOWN = 0x3F3;

  private final LockFacts facts;
  private final Map<ThreadId, Delay> known = new HashMap<>();

  /** What was found of a thread: it holds for as long as it sleeps there. */
  private record Delay(long word, long stackPointer, long mutex) {
    boolean isOf(BlockedCall call) {
      return word == call.argument(0) && stackPointer == call.stackPointer();
    }
  }

  DelayedLocks(LockFacts facts) {
    this.facts = facts;
  }

  /** Whether a thread may sleep so. */
  static boolean mayBe(BlockedCall call) {
    if (call.call() != Abi.Call.FUTEX || !call.abi().is64Bit()) {
      return false;
    }
    int command = (int) call.argument(1) & ~(PRIVATE | CLOCK_REALTIME);
    long above = call.argument(0) - call.stackPointer();
    return (command == WAIT || command == WAIT_BITSET)
        && (int) call.argument(2) == 0
        && call.argument(3) == 0
        && above > 0
        && above < MOST_STACK;
  }

  /** Forgets all others. */
  void keep(Set<ThreadId> threads) {
    known.keySet().retainAll(threads);
  }

  /** Looks for the mutex that the thread wants, and remembers it. */
  Optional<Wait> find(BlockedCall call) {
    Delay delay = known.get(call.thread());
    if (delay == null || !delay.isOf(call)) {
      known.remove(call.thread());
      byte[] stack =
          facts.memory(
              call.pid(), call.stackPointer(), (int) (call.argument(0) - call.stackPointer()));
      ByteBuffer words = ByteBuffer.wrap(stack).order(ByteOrder.LITTLE_ENDIAN);
      long mutex = mutex(call, words);
      if (mutex == 0) {
        return Optional.empty();
      }
      known.put(call.thread(), new Delay(call.argument(0), call.stackPointer(), mutex));
    }
    return again(call);
  }

  /** The wait of a thread that was found before; empty if it was none, or sleeps no more. */
  Optional<Wait> again(BlockedCall call) {
    Delay delay = known.get(call.thread());
    if (delay == null || !mayBe(call) || !delay.isOf(call)) {
      return Optional.empty();
    }
    Mutex mutex = read(call.pid(), delay.mutex());
    if (mutex == null) {
      return Optional.empty();
    }
    Wait.Owners owners =
        facts
            .thread(call.pid(), mutex.owner(), mutex.shared())
            .map(owner -> Wait.Owners.all(List.of(owner)))
            .orElse(Wait.Owners.UNKNOWN);
    Wait.Awaited what =
        new Wait.Awaited(
            WaitKind.PI_MUTEX, delay.mutex(), call.number(), false, mutex.shared(), null);
    return Optional.of(call.waitFor(what, owners));
  }

  /** The mutex that the thread wants; 0: it wants none, or that can't be told. */
  private long mutex(BlockedCall call, ByteBuffer stack) {
    List<LockFacts.Code> code = facts.code(call.pid()).orElse(List.of());
    LockFacts.Code library =
        code.stream().filter(c -> c.holds(call.programCounter())).findFirst().orElse(null);
    if (library == null || !isLibrary(library.name())) {
      return 0;
    }
    List<Long> back =
        words(stack).boxed().filter(w -> code.stream().anyMatch(c -> c.holds(w))).toList();
    if (!back.stream().allMatch(library::holds)) {
      return 0;
    }
    // Only a link register is worth stopping a thread that returns to nowhere on its stack.
    boolean mayReturn = !back.isEmpty() || call.abi().hasLinkRegister();
    Optional<Registers> registers = mayReturn ? facts.registers(call.thread()) : Optional.empty();
    long link = registers.map(Registers::link).orElse(0L);
    boolean returns = link == 0 ? !back.isEmpty() : library.holds(link);
    LongStream saved = registers.stream().flatMapToLong(r -> LongStream.of(r.saved()));
    return returns ? only(call, LongStream.concat(saved, words(stack))) : 0;
  }

  private static LongStream words(ByteBuffer stack) {
    return IntStream.range(0, stack.capacity() / Long.BYTES)
        .mapToLong(at -> stack.getLong(at * Long.BYTES));
  }

  private static boolean isLibrary(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    return name.startsWith("libc.")
        || name.startsWith("libc-")
        || name.startsWith("ld-musl")
        || name.startsWith("libpthread");
  }

  /** The one mutex that they point to; 0: none, or not only one. */
  private long only(BlockedCall call, LongStream pointers) {
    long[] mutexes = pointers.map(p -> around(call, p)).filter(m -> m != 0).distinct().toArray();
    return mutexes.length == 1 ? mutexes[0] : 0;
  }

  /** The PI mutex of somebody else that lies at a pointer, or around it; 0: none. */
  private long around(BlockedCall call, long pointer) {
    if (pointer % Long.BYTES != 0 || pointer >= 0 && pointer < 4096) {
      return 0;
    }
    for (int back = 0; back < MOST_WITHIN; back += Long.BYTES) {
      Mutex mutex = read(call.pid(), pointer - back);
      boolean others =
          mutex != null
              && facts
                  .thread(call.pid(), mutex.owner(), mutex.shared())
                  .filter(owner -> !owner.equals(call.thread()))
                  .isPresent();
      if (others) {
        return pointer - back;
      }
    }
    return 0;
  }

  private record Mutex(int owner, boolean shared) {}

  /** Null if no PI mutex of glibc's lies there, or nobody holds it. */
  private Mutex read(int pid, long address) {
    byte[] bytes = facts.memory(pid, address, MUTEX_BYTES);
    if (bytes.length < MUTEX_BYTES) {
      return null;
    }
    ByteBuffer words = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int owner = words.getInt(OWNER);
    int kind = words.getInt(KIND);
    boolean held =
        owner > 0
            && (words.getInt(0) & FutexClassifier.FUTEX_TID) == owner
            && (words.getInt(0) & FutexClassifier.FUTEX_OWNER_DIED) == 0
            && (kind & ~KIND_KNOWN) == 0
            && (kind & KIND_PI) != 0;
    return held ? new Mutex(owner, (kind & KIND_SHARED) != 0) : null;
  }
}
