package kifs.kernel.simulated;

import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Many processes that differ only in their ids, and so use the memory of one. A member that must
 * differ is singled out: it becomes a process of its own. Guarded by the kernel's lock.
 */
final class Crowd {
  private final SimulatedProcess template;
  private final int first;
  private final int count;
  private final int stride;

  /** The indexes of the members that were singled out. */
  private final BitSet gone = new BitSet();

  private final Map<Integer, SimulatedProcess> singledOut = new HashMap<>();

  /**
   * @param stride the distance of ids from one member to the next: the number of its threads
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

  /** The id after the last one. */
  int end() {
    return first + count * stride;
  }

  /** How many members are still in the crowd. */
  int size() {
    return template.ended() ? 0 : count - gone.cardinality();
  }

  int threadsOfEach() {
    return stride;
  }

  /** The pid of the member that has that id, as pid or tid; 0: no member has it. */
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

  /** Removes a member, and returns the process of its own that it becomes. */
  SimulatedProcess singleOut(int pid) {
    gone.set((pid - first) / stride);
    SimulatedProcess member = new SimulatedProcess(template, pid);
    singledOut.put(pid, member);
    return member;
  }

  /** The process that a member became when it was singled out; null: the member never was. */
  @Nullable SimulatedProcess singledOut(int pid) {
    return singledOut.get(pid);
  }
}
