package kifs.kernel.locks.blocked;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import kifs.kernel.record.WaitKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Locks of glibc and musl as they are in memory, and words that only resemble a lock. */
class FutexClassifierTest {
  private static final int WAITERS = 0x8000_0000;

  private static void check(WaitKind kind, int owner, BlockedCall call) {
    FutexWait found = FutexClassifier.classify(call);
    assertEquals(kind, found.kind());
    assertEquals(owner, found.ownerTid());
  }

  /**
   * Ints are decimal or, with 0x, hexadecimal. The mutex's columns are lock, count, owner, nusers,
   * kind.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "normal,                0x80, 2,          2,          0, 101, 1, 0,     MUTEX, 101",
    "normal by its type,    0x80, 2,          2,          0, 101, 1, 0x200, MUTEX, 101",
    "just barged into,      0x80, 2,          1,          0, 101, 1, 0,     MUTEX, 101",
    "of a condition,        0x80, 2,          2,          0, 101, 7, 0,     MUTEX, 101",
    "recursive,             0x80, 2,          2,          3, 101, 1, 1,     MUTEX, 101",
    "error-checking,        0x80, 2,          2,          0, 101, 1, 2,     MUTEX, 101",
    "adaptive,              0x80, 2,          2,          0, 101, 1, 3,     MUTEX, 101",
    "process-shared,        0x00, 2,          2,          0, 101, 1, 0x80,  MUTEX, 101",
    "robust,                0x00, 0x80000065, 0x80000065, 1, 101, 1, 0x10,  MUTEX, 101",
    "robust process-shared, 0x00, 0x80000065, 0x80000065, 1, 101, 1, 0x90,  MUTEX, 101",
    "priority-protect,      0x80, 0x280002,   0x280002,   0, 101, 1, 0x40,  MUTEX, 101",
    "unlocked just now,     0x80, 2,          0,          0, 101, 1, 0,     FUTEX, 0",
    "no owner,              0x80, 2,          2,          0, 0,   1, 0,     FUTEX, 0",
    "no users,              0x80, 2,          2,          0, 101, 0, 0,     FUTEX, 0",
    "negative owner,        0x80, 2,          2,          0, -1,  1, 0,     FUTEX, 0",
    "no such kind,          0x80, 2,          2,          0, 101, 1, 4,     FUTEX, 0",
    "normal that counts,    0x80, 2,          2,          1, 101, 1, 0,     FUTEX, 0",
    "private kind but shared,  0x00, 2,          2,          0, 101, 1, 0,     FUTEX, 0",
    "shared kind but private,  0x80, 2,          2,          0, 101, 1, 0x80,  FUTEX, 0",
    "by bitset,             0x89, 2,          2,          0, 101, 1, 0,     FUTEX, 0",
    "robust handed on,      0x00, 0x80000065, 0x80000066, 1, 101, 1, 0x10,  FUTEX, 0",
    "robust owner died,     0x00, 0x80000065, 0xc0000065, 1, 101, 1, 0x10,  FUTEX, 0",
    "another ceiling,       0x80, 0x280002,   0x300002,   0, 101, 1, 0x40,  FUTEX, 0",
    "another lock,          0x80, 2,          2,     0, 101, 0x7f12, 0x7f12, FUTEX, 0",
  })
  void glibcMutexes(
      String name,
      String operation,
      String value,
      String lock,
      int count,
      int owner,
      String users,
      String kind,
      WaitKind found,
      int foundOwner) {
    int word = (int) (long) Long.decode(lock);
    int nusers = Integer.decode(users);
    int type = Integer.decode(kind);
    int wanted = (int) (long) Long.decode(value);
    for (Abi abi : new Abi[] {Abi.X86_64, Abi.AARCH64, Abi.I386}) {
      Words words = new Words();
      if (abi.is64Bit()) {
        words.ints(0, word, count, owner, nusers, type);
      } else {
        words.ints(0, word, count, owner, type, nusers);
      }
      check(found, foundOwner, words.call(abi, Integer.decode(operation), wanted, 0));
    }
  }

  @Test
  void timeouts() {
    Words mutex = new Words().ints(0, 2, 0, 101, 1, 0);
    assertTrue(FutexClassifier.classify(mutex.call(Abi.X86_64, 0x80, 2, 0x7ffd1000)).timed());
    assertFalse(FutexClassifier.classify(mutex.call(Abi.X86_64, 0x80, 2, 0)).timed());
  }

  @Test
  void memoryThatEndsAfterTheWord() {
    Words mutex = new Words().ints(0, 2, 0, 101, 1, 0);
    check(WaitKind.FUTEX, 0, mutex.call(Abi.X86_64, 0x80, 2, 0, 64, 64 + 16));
    check(WaitKind.MUTEX, 101, mutex.call(Abi.X86_64, 0x80, 2, 0, 64, 64 + 20));
    check(WaitKind.FUTEX, 0, mutex.call(Abi.X86_64, 0x80, 2, 0, 0, 64));
  }

  @ParameterizedTest
  @CsvSource({"0x86", "0x06", "0x8d"})
  void piMutexes(String operation) {
    int op = Integer.decode(operation);
    check(
        WaitKind.PI_MUTEX,
        101,
        new Words().ints(0, WAITERS | 101, 1, 101, 1, 0x20).call(Abi.X86_64, op, 0, 0));
    check(WaitKind.PI_MUTEX, 0, new Words().ints(0, 0xC000_0065).call(Abi.X86_64, op, 0, 0));
    Words musl = new Words().ints(-4, 8, WAITERS | 101, -1);
    FutexWait found = FutexClassifier.classify(musl.call(Abi.X86_64, op, 0, 0));
    assertEquals(101, found.ownerTid());
    assertEquals(Words.ADDRESS - 4, found.object());
  }

  @Test
  void glibcRwlocks() {
    Words written = new Words();
    // readers 0, writers 4, wrphase 8, writers_futex 12, pads, cur_writer 24, shared 28
    written.ints(-8, 1 | 2, 0, 3, 1, 0, 0, 101, 0);
    check(WaitKind.RWLOCK, 101, written.call(Abi.X86_64, 0x189, 3, 0));
    assertEquals(
        Words.ADDRESS - 8,
        FutexClassifier.classify(written.call(Abi.X86_64, 0x189, 3, 0)).object());
    check(WaitKind.FUTEX, 0, written.call(Abi.X86_64, 0x109, 3, 0));
    Words second = new Words().ints(-12, 1 | 2, 1, 1, 3, 0, 0, 101, 0);
    check(WaitKind.RWLOCK, 101, second.call(Abi.X86_64, 0x189, 3, 0));
    Words shared = new Words().ints(-12, 1 | 2, 1, 1, 3, 0, 0, 101, 1);
    check(WaitKind.RWLOCK, 101, shared.call(Abi.X86_64, 0x109, 3, 0));
    Words read = new Words().ints(-8, 8, 1, 2, 1, 0, 0, 0, 0);
    check(WaitKind.FUTEX, 0, read.call(Abi.X86_64, 0x189, 2, 0));
    Words narrow = new Words().ints(-8, 1 | 2, 0, 3, 1, 0, 0, 0x100, 101);
    check(WaitKind.RWLOCK, 101, narrow.call(Abi.I386, 0x109, 3, 0));
  }

  @Test
  void glibcJoins() {
    Words joined = new Words().ints(0, 105).pointer(24, -32);
    check(WaitKind.JOIN, 105, joined.call(Abi.X86_64, 0x109, 105, 0));
    check(WaitKind.JOIN, 105, joined.call(Abi.X86_64, 0x000, 105, 0));
    check(WaitKind.FUTEX, 0, joined.call(Abi.X86_64, 0x189, 105, 0));
    check(WaitKind.FUTEX, 0, joined.call(Abi.X86_64, 0x109, 104, 0));
    // A process-shared barrier waits for small numbers, and a container has threads with such tids.
    check(WaitKind.FUTEX, 0, new Words().ints(0, 2).call(Abi.X86_64, 0x0, 2, 0));
    Words narrow = new Words().ints(0, 105, 0, 0, -20);
    check(WaitKind.JOIN, 105, narrow.call(Abi.I386, 0x109, 105, 0));
  }

  @ParameterizedTest(name = "type {0}")
  @CsvSource({"1, 0x80, 101", "2, 0x80, 101", "5, 0x80, 101", "0x84, 0, 101", "0, 0x80, 0"})
  void muslMutexes(String typeText, String operation, int foundOwner) {
    int type = Integer.decode(typeText);
    Words words = new Words().ints(-4, type, WAITERS | 101, 1).pointer(20, 8).pointer(28, 8);
    BlockedCall call = words.call(Abi.X86_64, Integer.decode(operation), WAITERS | 101, 0);
    check(foundOwner == 0 ? WaitKind.FUTEX : WaitKind.MUTEX, foundOwner, call);
    assertEquals(
        foundOwner == 0 ? Words.ADDRESS : Words.ADDRESS - 4,
        FutexClassifier.classify(call).object());
  }

  @Test
  void muslLocksWithoutAnOwner() {
    // A lock of musl's allocator has INT_MIN plus the number of threads that want it.
    check(
        WaitKind.FUTEX,
        0,
        new Words().ints(-4, 1, WAITERS | 2, 1).call(Abi.X86_64, 0x80, WAITERS | 2, 0));
    // A locked normal mutex has the value EBUSY, whichever thread holds it.
    Words normal = new Words().ints(-4, 0, WAITERS | 16, 1).pointer(20, 8).pointer(28, 8);
    check(WaitKind.FUTEX, 0, normal.call(Abi.X86_64, 0x80, WAITERS | 16, 0));
  }

  @ParameterizedTest
  @CsvSource({"-56", "-40", "-64"})
  void muslJoins(int self) {
    // To glibc's rules these words are a mutex of thread 65536.
    Words words = new Words().ints(-8, 105, 0, 2, 0, 0x10000, 1, 0);
    check(WaitKind.MUTEX, 65536, words.call(Abi.X86_64, 0x80, 2, 0));
    words.pointer(self, Words.ADDRESS + self);
    check(WaitKind.JOIN, 105, words.call(Abi.X86_64, 0x80, 2, 0));
    check(WaitKind.FUTEX, 0, words.call(Abi.X86_64, 0x00, 2, 0));
    check(WaitKind.FUTEX, 0, words.call(Abi.X86_64, 0x80, 1, 0));
  }

  @Test
  void aCallThatDoesNotWait() {
    assertNull(FutexClassifier.classify(new Words().call(Abi.X86_64, 0x81, 1, 0)));
    check(WaitKind.FUTEX, 0, new Words().call(Abi.X86_64, 0x8b, 1, 0));
  }
}
