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
import org.jspecify.annotations.Nullable;

/**
 * Finds threads that wait for a PI mutex although their call doesn't name it. The kernel refuses
 * FUTEX_LOCK_PI if it would close a cycle. The library's lock function can't return then, so it
 * lets the thread sleep for ever at another futex word, on the thread's own stack. Only a register,
 * or the stack near that word, still has the address of the mutex. This class searches there. It
 * searches only threads that own a PI mutex which another thread waits for.
 *
 * <p>The thread certainly sleeps in the lock function if every return address, from the link
 * register or from the stack below the futex word, is in the C library. If the thread waited at a
 * futex word of its own, as a semaphore does, an address of the program would be among them. In a
 * statically linked program the two can't be distinguished, so nothing is found there. Used by one
 * thread at a time.
 */
final class DelayedLocks {
  private static final int PRIVATE = 128;
  private static final int CLOCK_REALTIME = 256;
  private static final int WAIT = 0;
  private static final int WAIT_BITSET = 9;
  private static final int MAX_STACK_BYTES = 1024;

  /** How far before a pointer the mutex that it points into may begin, in bytes. */
  private static final int MAX_POINTER_OFFSET = 40;

  private static final int MUTEX_BYTES = 20;
  private static final int OWNER = 8;
  private static final int KIND = 16;
  private static final int KIND_PI = 32;
  private static final int KIND_SHARED = 128;
  private static final int KIND_KNOWN = 0x3F3;

  private final LockFacts facts;
  private final Map<ThreadId, Delay> known = new HashMap<>();

  /** What was found for a thread. It stays true while the thread sleeps at the same place. */
  private record Delay(long word, long stackPointer, long mutex) {
    boolean isSameSleep(BlockedCall call) {
      return word == call.argument(0) && stackPointer == call.stackPointer();
    }
  }

  DelayedLocks(LockFacts facts) {
    this.facts = facts;
  }

  /** Whether a thread may be sleeping instead of waiting for a PI mutex, by its call alone. */
  static boolean mayBeDelayed(BlockedCall call) {
    if (call.call() != Abi.Call.FUTEX || !call.abi().is64Bit()) {
      return false;
    }
    int command = (int) call.argument(1) & ~(PRIVATE | CLOCK_REALTIME);
    long above = call.argument(0) - call.stackPointer();
    return (command == WAIT || command == WAIT_BITSET)
        && (int) call.argument(2) == 0
        && call.argument(3) == 0
        && above > 0
        && above < MAX_STACK_BYTES;
  }

  /** Forgets all threads but these. */
  void retain(Set<ThreadId> threads) {
    known.keySet().retainAll(threads);
  }

  /** Searches for the mutex that the thread wants, and remembers it for {@link #sampleAgain}. */
  Optional<Wait> find(BlockedCall call) {
    Delay delay = known.get(call.thread());
    if (delay == null || !delay.isSameSleep(call)) {
      known.remove(call.thread());
      byte[] stack =
          facts.memory(
              call.thread(), call.stackPointer(), (int) (call.argument(0) - call.stackPointer()));
      ByteBuffer words = ByteBuffer.wrap(stack).order(ByteOrder.LITTLE_ENDIAN);
      long mutex = mutex(call, words);
      if (mutex == 0) {
        return Optional.empty();
      }
      known.put(call.thread(), new Delay(call.argument(0), call.stackPointer(), mutex));
    }
    return sampleAgain(call);
  }

  /**
   * The present wait of a thread for which {@link #find} found a mutex; empty if it found none, if
   * the thread no longer sleeps there, or if the mutex has no owner any more.
   */
  Optional<Wait> sampleAgain(BlockedCall call) {
    Delay delay = known.get(call.thread());
    if (delay == null || !mayBeDelayed(call) || !delay.isSameSleep(call)) {
      return Optional.empty();
    }
    Mutex mutex = read(call.thread(), delay.mutex());
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

  /** The mutex that the thread wants; 0: none, or not certain. */
  private long mutex(BlockedCall call, ByteBuffer stack) {
    List<LockFacts.Code> code = facts.code(call.pid()).orElse(List.of());
    LockFacts.Code library =
        code.stream().filter(c -> c.contains(call.programCounter())).findFirst().orElse(null);
    if (library == null || !isLibrary(library.name())) {
      return 0;
    }
    List<Long> returnAddresses =
        words(stack).boxed().filter(w -> code.stream().anyMatch(c -> c.contains(w))).toList();
    if (!returnAddresses.stream().allMatch(library::contains)) {
      return 0;
    }
    // Reading the registers may stop the thread. Without a return address on the stack it is worth
    // it only if a link register can have one.
    boolean mayHaveReturnAddress = !returnAddresses.isEmpty() || call.abi().hasLinkRegister();
    Optional<Registers> registers =
        mayHaveReturnAddress ? facts.registers(call.thread()) : Optional.empty();
    long link = registers.map(Registers::link).orElse(0L);
    boolean returnsToLibrary = link == 0 ? !returnAddresses.isEmpty() : library.contains(link);
    LongStream saved = registers.stream().flatMapToLong(r -> LongStream.of(r.saved()));
    return returnsToLibrary ? onlyMutex(call, LongStream.concat(saved, words(stack))) : 0;
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

  /** The one mutex that the pointers point into; 0: none, or several. */
  private long onlyMutex(BlockedCall call, LongStream pointers) {
    long[] mutexes =
        pointers.map(p -> mutexAround(call, p)).filter(m -> m != 0).distinct().toArray();
    return mutexes.length == 1 ? mutexes[0] : 0;
  }

  /** The address of the PI mutex, held by another thread, that a pointer points into; 0: none. */
  private long mutexAround(BlockedCall call, long pointer) {
    if (pointer % Long.BYTES != 0 || pointer >= 0 && pointer < 4096) {
      return 0;
    }
    for (int back = 0; back < MAX_POINTER_OFFSET; back += Long.BYTES) {
      Mutex mutex = read(call.thread(), pointer - back);
      boolean heldByOther =
          mutex != null
              && facts
                  .thread(call.pid(), mutex.owner(), mutex.shared())
                  .filter(owner -> !owner.equals(call.thread()))
                  .isPresent();
      if (heldByOther) {
        return pointer - back;
      }
    }
    return 0;
  }

  private record Mutex(int owner, boolean shared) {}

  /** Reads glibc's PI mutex at an address. Null if there is none, or if no thread holds it. */
  private @Nullable Mutex read(ThreadId thread, long address) {
    byte[] bytes = facts.memory(thread, address, MUTEX_BYTES);
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
