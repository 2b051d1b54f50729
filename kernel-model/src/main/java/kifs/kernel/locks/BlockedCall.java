package kifs.kernel.locks;

import java.util.Arrays;

/**
 * The raw facts of one thread that is blocked in a system call, as a live source reads them; what
 * they mean is for {@link CallWaits} to tell. Immutable but for its arrays, which nobody changes.
 *
 * @param pid its process
 * @param tid the thread
 * @param abi how it calls the kernel
 * @param number of the system call
 * @param arguments the six of them; of a 32-bit thread zero-extended
 * @param stackPointer where its stack ends, in user space
 * @param programCounter where it goes on, in user space
 * @param words around the first argument where the call is futex(2), else {@link UserWords#NONE}
 * @param lastRanNs CLOCK_BOOTTIME at which it last ran ({@code se.exec_start}); -1: not asked for,
 *     or can't be told
 * @param switches voluntary and involuntary context switches so far ({@code nvcsw + nivcsw}); -1:
 *     not asked for
 * @param comm its name, null: not asked for
 * @param user real user id of its process; -1: not asked for
 */
public record BlockedCall(
    int pid,
    int tid,
    Abi abi,
    int number,
    long[] arguments,
    long stackPointer,
    long programCounter,
    UserWords words,
    long lastRanNs,
    long switches,
    byte[] comm,
    long user) {

  public ThreadId thread() {
    return new ThreadId(pid, tid);
  }

  public Abi.Call call() {
    return abi.call(number);
  }

  public long argument(int index) {
    return arguments[index];
  }

  @Override
  public String toString() {
    return pid + "/" + tid + " in " + call() + Arrays.toString(arguments);
  }
}
