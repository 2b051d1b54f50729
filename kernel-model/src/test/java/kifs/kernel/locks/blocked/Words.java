package kifs.kernel.locks.blocked;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;

/** Builds the memory around a futex word for a test. */
final class Words {
  static final long ADDRESS = 0x7f00_0000_1004L;

  private final ByteBuffer bytes =
      ByteBuffer.allocate(UserWords.BEFORE + UserWords.AFTER).order(ByteOrder.LITTLE_ENDIAN);

  /** Writes ints from that offset on. */
  Words ints(int offset, int... values) {
    for (int i = 0; i < values.length; i++) {
      bytes.putInt(UserWords.BEFORE + offset + 4 * i, values[i]);
    }
    return this;
  }

  Words pointer(int offset, long value) {
    bytes.putLong(UserWords.BEFORE + offset, value);
    return this;
  }

  /** A call by which a thread waits at the word. */
  BlockedCall call(Abi abi, int operation, int value, long timeout) {
    return call(abi, operation, value, timeout, 0, bytes.capacity());
  }

  /** A call by which a thread waits at the word, where only that part of the memory can be read. */
  BlockedCall call(Abi abi, int operation, int value, long timeout, int from, int to) {
    byte[] part = new byte[to - from];
    bytes.get(from, part);
    int number = abi == Abi.AARCH64 ? 98 : abi == Abi.I386 ? 240 : 202;
    return new BlockedCall(
        new ThreadId(100, 101),
        new BlockedCall.SystemCall(
            abi,
            number,
            new long[] {ADDRESS, operation, value, timeout, 0, 0},
            0x7ffd_0000_0000L,
            0),
        new UserWords(part, from - UserWords.BEFORE),
        new Wait.Since(1, 1),
        Wait.Description.UNKNOWN);
  }
}
