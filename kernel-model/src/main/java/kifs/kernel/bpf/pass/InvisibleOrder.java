package kifs.kernel.bpf.pass;

import java.util.function.IntConsumer;

/**
 * The invisible processes that one pass has yet to read through /proc, in the order of their ids. A
 * pass merges them with the processes that the programs bring.
 *
 * <p>The list of invisible processes is up to ten seconds old. An invisible process may have exited
 * since, and the kernel may have given its id to a visible one. So what the programs bring decides:
 * a process that they bring is not read through /proc as well. Not thread-safe.
 */
public final class InvisibleOrder {
  private final int[] pids;
  private final IntConsumer reader;
  private int next;

  /**
   * @param pids ascending
   * @param reader receives the ids of the processes to read through /proc, ascending
   */
  public InvisibleOrder(int[] pids, IntConsumer reader) {
    this.pids = pids;
    this.reader = reader;
  }

  /** The id of the next process; {@code Integer.MAX_VALUE} if none remains. */
  public int next() {
    return next < pids.length ? pids[next] : Integer.MAX_VALUE;
  }

  /**
   * Hands out the processes whose ids are less than that of a process that the programs bring. The
   * process itself is removed, should the list name it. A sweep calls this for each process, so it
   * makes no garbage.
   *
   * @param visible the id of the process that the programs bring; {@code Integer.MAX_VALUE}: they
   *     bring no more
   * @return whether any was removed
   */
  public boolean advance(int visible) {
    int first = next;
    while (next < pids.length && pids[next] <= visible) {
      int pid = pids[next++];
      if (pid < visible) {
        reader.accept(pid);
      }
    }
    return next > first;
  }
}
