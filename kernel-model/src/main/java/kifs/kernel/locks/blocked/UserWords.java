package kifs.kernel.locks.blocked;

/**
 * The memory of a process around the futex word that one of its threads waits at: {@value #BEFORE}
 * bytes before the word's address and {@value #AFTER} bytes from it on, the word included. Bytes
 * that aren't mapped are missing at either end. Immutable.
 */
public final class UserWords {
  /** Enough for the head of musl's struct pthread, which ends before detach_state. */
  public static final int BEFORE = 64;

  /** Enough for a glibc mutex, a glibc rwlock, and the robust list that follows glibc's tid. */
  public static final int AFTER = 64;

  /** No byte could be read. */
  public static final UserWords NONE = new UserWords(new byte[0], 0);

  private final byte[] bytes;
  private final int first;

  /**
   * @param bytes what could be read, in the process's byte order, little-endian
   * @param first offset of the first of these bytes from the futex word: -{@value #BEFORE} or more
   */
  public UserWords(byte[] bytes, int first) {
    this.bytes = bytes;
    this.first = first;
  }

  /** Whether all these bytes could be read. */
  public boolean has(int offset, int length) {
    return offset >= first && offset + length <= first + bytes.length;
  }

  /** The int at that offset from the futex word; 0 if it could not be read. */
  public int intAt(int offset) {
    return has(offset, Integer.BYTES) ? (int) read(offset - first, Integer.BYTES) : 0;
  }

  /** The long at that offset from the futex word; 0 if it could not be read. */
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

  /** The pointer, as wide as the ABI's, zero-extended; 0 if it could not be read. */
  public long pointerAt(int offset, Abi abi) {
    return abi.is64Bit() ? longAt(offset) : intAt(offset) & 0xFFFF_FFFFL;
  }
}
