package kifs.kernel.simulated;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/**
 * Many processes that are all alike but for their ids, at the price of one. A member that shall
 * differ is singled out: it becomes a process of its own. Guarded by the kernel's lock.
 */
final class Crowd {
  private final SimulatedProcess template;
  private final int first;
  private final int count;
  private final int stride;
  private final BitSet gone = new BitSet();
  private final Map<Integer, SimulatedProcess> singledOut = new HashMap<>();

  /**
   * @param stride ids from one member to the next: its threads
   */
  Crowd(SimulatedProcess template, int count, int stride) {
    this.template = template;
    this.first = template.pid();
    this.count = count;
    this.stride = stride;
  }

  SimulatedProcess template() {
    return template;
  }

  /** One more than the last id. */
  int end() {
    return first + count * stride;
  }

  /** Members still in it. */
  int size() {
    return template.ended() ? 0 : count - gone.cardinality();
  }

  int threadsOfEach() {
    return stride;
  }

  /** The member that has that id, as pid or tid; 0: none. */
  int memberOf(int id) {
    if (template.ended() || id < first || id >= end()) {
      return 0;
    }
    int index = (id - first) / stride;
    return gone.get(index) ? 0 : first + index * stride;
  }

  boolean holds(int pid) {
    return memberOf(pid) == pid;
  }

  /**
   * Writes the pids of the members into {@code pids}, from index {@code at} on.
   *
   * @return the index after the last one
   */
  int fill(int[] pids, int at) {
    int next = at;
    if (!template.ended()) {
      for (int i = gone.nextClearBit(0); i < count; i = gone.nextClearBit(i + 1)) {
        pids[next++] = first + i * stride;
      }
    }
    return next;
  }

  /** Takes a member out; from now on it is a process of its own. */
  SimulatedProcess singleOut(int pid) {
    gone.set((pid - first) / stride);
    SimulatedProcess member = new SimulatedProcess(template, pid);
    singledOut.put(pid, member);
    return member;
  }

  /** The process that a member became when it was singled out; null: it ended with the crowd. */
  SimulatedProcess singledOut(int pid) {
    return singledOut.get(pid);
  }
}
