package kifs.kernel.locks.blocked;

import java.util.Arrays;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait;

/**
 * The raw facts of one thread that is blocked in a system call, as a live source reads them; what
 * they mean is for {@link CallWaits} to tell. Immutable but for its arrays, which nobody changes.
 *
 * @param thread the thread that is blocked
 * @param entered the call that blocks it
 * @param words around the first argument where the call is futex(2), else {@link UserWords#NONE}
 * @param since when it last ran; unknown unless asked for
 * @param who its names, for people; unknown unless asked for
 */
public record BlockedCall(
    ThreadId thread, SystemCall entered, UserWords words, Wait.Since since, Wait.Description who) {

  /**
   * A system call, as the thread made it.
   *
   * @param abi how the thread calls the kernel
   * @param number of the system call
   * @param arguments the six of them; of a 32-bit thread zero-extended
   * @param stackPointer where its stack ends, in user space
   * @param programCounter where it goes on, in user space
   */
  public record SystemCall(
      Abi abi, int number, long[] arguments, long stackPointer, long programCounter) {}

  /** The same call, and what was found of its thread besides. */
  public BlockedCall described(Wait.Since found, Wait.Description description) {
    return new BlockedCall(thread, entered, words, found, description);
  }

  /** The wait that the call turns out to be. */
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
