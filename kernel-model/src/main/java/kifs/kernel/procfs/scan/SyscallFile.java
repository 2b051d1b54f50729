package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;

/**
 * {@code /proc/[pid]/task/[tid]/syscall}: {@code running}, or {@code -1 SP PC} where it is blocked
 * in no system call, or {@code NR ARG0 … ARG5 SP PC}. Holds the last file parsed; not thread-safe.
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

  /** Whether the file was understood; if not, nothing else here is meaningful. */
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

  /** The system call it is blocked in; -1: in none. */
  public long number() {
    return number;
  }

  /** Whether it is blocked in a system call. */
  public boolean inSystemCall() {
    return blocked && number >= 0;
  }

  /** Whether it may be a 32-bit thread, whose numbers mean other calls: its stack lies so low. */
  public boolean isLow() {
    return Long.compareUnsigned(stackPointer, FOUR_GIB) < 0;
  }

  public long stackPointer() {
    return stackPointer;
  }

  /** 0: not told. */
  public long programCounter() {
    return programCounter;
  }

  /** A copy of all its arguments. */
  public long[] arguments() {
    return arguments.clone();
  }

  /** Its arguments, from 0. */
  public long argument(int index) {
    return arguments[index];
  }
}
