package kifs.kernel.locks.blocked;

import java.util.Arrays;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;

/**
 * The raw facts of one thread that is blocked in a system call, as a live source reads them. {@link
 * CallWaits} interprets them. Immutable, except for its arrays, which must not be modified.
 *
 * @param thread the blocked thread
 * @param entered the call that blocks it
 * @param words the memory around the call's first argument if the call is futex(2) or clone3(2),
 *     else {@link UserWords#NONE}
 * @param since when the thread last ran; unknown unless requested
 * @param who the thread's names, for people; unknown unless requested
 */
public record BlockedCall(
    ThreadId thread, SystemCall entered, UserWords words, Wait.Since since, Wait.Description who) {
  private static final long CLONE_VFORK = 0x4000;

  /**
   * A system call, as the thread made it.
   *
   * @param abi how the thread calls the kernel
   * @param number the system call number
   * @param arguments the six arguments; those of a 32-bit thread are zero-extended
   * @param stackPointer the user-space stack pointer
   * @param programCounter the user-space address at which the thread will continue
   */
  public record SystemCall(
      Abi abi, int number, long[] arguments, long stackPointer, long programCounter) {}

  /** A copy with the times and names of its thread. */
  public BlockedCall described(Wait.Since found, Wait.Description description) {
    return new BlockedCall(thread, entered, words, found, description);
  }

  /** The wait that this call is, once its object and owners are known. */
  Wait waitFor(Wait.Awaited what, Wait.Owners owners) {
    return new Wait(thread, what, owners, since, who);
  }

  public int pid() {
    return thread.pid();
  }

  public int tid() {
    return thread.tid();
  }

  public Abi abi() {
    return entered.abi();
  }

  public int number() {
    return entered.number();
  }

  public Abi.Call call() {
    return abi().call(number());
  }

  /**
   * Whether the call waits until a child, which shares the memory meanwhile, executes a program or
   * ends: vfork(2), or posix_spawn(3) by any of its calls.
   */
  boolean isVfork() {
    return switch (call()) {
      case VFORK -> true;
      case CLONE -> (argument(0) & CLONE_VFORK) != 0;
      case CLONE3 -> (words.longAt(0) & CLONE_VFORK) != 0;
      default -> false;
    };
  }

  public long argument(int index) {
    return entered.arguments()[index];
  }

  public long stackPointer() {
    return entered.stackPointer();
  }

  public long programCounter() {
    return entered.programCounter();
  }

  @Override
  public String toString() {
    return pid() + "/" + tid() + " in " + call() + Arrays.toString(entered.arguments());
  }
}
