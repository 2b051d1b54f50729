package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;

/**
 * {@code /proc/[pid]/task/[tid]/syscall}: {@code running}, or {@code -1 SP PC} for a thread that is
 * blocked outside a system call, or {@code NR ARG0 … ARG5 SP PC}. Holds the last file parsed. Not
 * thread-safe.
 */
public final class SyscallFile {
  private static final byte[] RUNNING = "running".getBytes(StandardCharsets.US_ASCII);
  private static final int ARGUMENTS = 6;

  private static final long FOUR_GIB = 1L << 32;

  private final long[] arguments = new long[ARGUMENTS];
  private boolean running;
  private boolean blocked;
  private long number;
  private long stackPointer;
  private long programCounter;

  /** Parses a file. Returns false if it is malformed; the other methods then mean nothing. */
  public boolean parse(ByteCursor in) {
    blocked = false;
    running = in.skip(RUNNING);
    if (running) {
      return true;
    }
    if (!in.number()) {
      return false;
    }
    number = in.value();
    if (number < -1 || number != (int) number) {
      return false;
    }
    for (int i = 0; i < ARGUMENTS && number >= 0; i++) {
      if (!in.hexadecimal()) {
        return false;
      }
      arguments[i] = in.value();
    }
    blocked = in.hexadecimal();
    stackPointer = in.value();
    programCounter = in.hexadecimal() ? in.value() : 0;
    return blocked;
  }

  public boolean isRunning() {
    return running;
  }

  /** Number of the system call in which the thread is blocked; -1 if it is in none. */
  public long number() {
    return number;
  }

  /** Whether the thread is blocked in a system call. */
  public boolean inSystemCall() {
    return blocked && number >= 0;
  }

  /**
   * Whether the thread may run 32-bit code, because its stack is below 4 GiB. Its numbers then mean
   * other system calls.
   */
  public boolean isLow() {
    return Long.compareUnsigned(stackPointer, FOUR_GIB) < 0;
  }

  public long stackPointer() {
    return stackPointer;
  }

  /** Address of the next instruction; 0 if the file doesn't have it. */
  public long programCounter() {
    return programCounter;
  }

  /** A copy of all arguments of the system call. */
  public long[] arguments() {
    return arguments.clone();
  }

  /** One argument of the system call, counted from 0. */
  public long argument(int index) {
    return arguments[index];
  }
}
