package kifs.kernel.locks.blocked;

/**
 * How a thread calls the kernel: what its system call numbers mean, and how wide its pointers are.
 * The numbers are those of the kernel's system call tables.
 */
public enum Abi {
  X86_64(8, 202, -1, 72, -1, 73, 61, -1, 247, 58, 56, 435),
  /** 32-bit programs on x86, also on a 64-bit kernel. */
  I386(4, 240, 422, 55, 221, 143, 114, 7, 284, 190, 120, 435),
  AARCH64(8, 98, -1, 25, -1, 32, 260, -1, 95, -1, 220, 435),
  /** Any other ABI. The meaning of its calls isn't known. */
  UNKNOWN(8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);

  /** Calls in which a thread can wait for another thread or for a child. */
  public enum Call {
    FUTEX,
    FCNTL,
    FLOCK,
    /** wait4 and waitpid: the first argument is a pid. */
    WAIT,
    WAITID,
    VFORK,
    /** The first argument has the flags. */
    CLONE,
    /** The first argument is the address of the flags. */
    CLONE3,
    OTHER
  }

  private final int pointerBytes;
  private final int futex;
  private final int futexTime64;
  private final int fcntl;
  private final int fcntl64;
  private final int flock;
  private final int wait4;
  private final int waitpid;
  private final int waitid;
  private final int vfork;
  private final int clone;
  private final int clone3;

  Abi(
      int pointerBytes,
      int futex,
      int futexTime64,
      int fcntl,
      int fcntl64,
      int flock,
      int wait4,
      int waitpid,
      int waitid,
      int vfork,
      int clone,
      int clone3) {
    this.pointerBytes = pointerBytes;
    this.futex = futex;
    this.futexTime64 = futexTime64;
    this.fcntl = fcntl;
    this.fcntl64 = fcntl64;
    this.flock = flock;
    this.wait4 = wait4;
    this.waitpid = waitpid;
    this.waitid = waitid;
    this.vfork = vfork;
    this.clone = clone;
    this.clone3 = clone3;
  }

  /** Size of a pointer and of a long, in bytes. */
  public int pointerBytes() {
    return pointerBytes;
  }

  public boolean is64Bit() {
    return pointerBytes == Long.BYTES;
  }

  /** Whether a function that calls no other function keeps its return address in a register. */
  boolean hasLinkRegister() {
    return this == AARCH64;
  }

  /**
   * The meaning of a system call number; OTHER for calls in which a thread waits for no other
   * thread.
   */
  public Call call(long number) {
    if (number < 0) {
      return Call.OTHER;
    }
    if (number == futex || number == futexTime64) {
      return Call.FUTEX;
    }
    if (number == fcntl || number == fcntl64) {
      return Call.FCNTL;
    }
    if (number == flock) {
      return Call.FLOCK;
    }
    if (number == wait4 || number == waitpid) {
      return Call.WAIT;
    }
    if (number == waitid) {
      return Call.WAITID;
    }
    if (number == vfork) {
      return Call.VFORK;
    }
    if (number == clone) {
      return Call.CLONE;
    }
    return number == clone3 ? Call.CLONE3 : Call.OTHER;
  }
}
