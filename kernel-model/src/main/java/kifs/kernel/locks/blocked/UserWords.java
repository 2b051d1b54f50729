package kifs.kernel.locks.blocked;

/**
 * The memory of a thread's process around the futex word that it waits on: {@value #BEFORE} bytes
 * before its address and {@value #AFTER} from it on, the word included. What is not mapped is
 * missing at either end. Immutable.
 */
public final class UserWords {
  /** Enough for the head of musl's struct pthread before its detach state. */
  public static final int BEFORE = 64;

  /** Enough for a glibc mutex, a glibc rwlock, and the robust list behind glibc's tid. */
  public static final int AFTER = 64;

  /** Nothing could be read. */
  public static final UserWords NONE = new UserWords(new byte[0], 0);

  private final byte[] bytes;
  private final int first;

  /**
   * @param bytes what could be read, little-endian as the process sees it
   * @param first where the first of them lies, from the futex word: from -{@value #BEFORE} on
   */
  public UserWords(byte[] bytes, int first) {
    this.bytes = bytes;
    this.first = first;
  }

  /** Whether these bytes are there. */
  public boolean has(int offset, int length) {
    return offset >= first && offset + length <= first + bytes.length;
  }

  /** The int at that offset from the futex word; 0 where it is missing. */
  public int intAt(int offset) {
    return has(offset, Integer.BYTES) ? (int) read(offset - first, Integer.BYTES) : 0;
  }

  /** The long at that offset from the futex word; 0 where it is missing. */
  public long longAt(int offset) {
    return has(offset, Long.BYTES) ? read(offset - first, Long.BYTES) : 0;
  }

  private long read(int at, int length) {
    long value = 0;
    for (int i = length - 1; i >= 0; i--) {
      value = value << Byte.SIZE | bytes[at + i] & 0xFF;
    }
    return value;
  }

  /** The pointer of that width, zero-extended; 0 where it is missing. */
  public long pointerAt(int offset, Abi abi) {
    return abi.is64Bit() ? longAt(offset) : intAt(offset) & 0xFFFF_FFFFL;
  }
}
