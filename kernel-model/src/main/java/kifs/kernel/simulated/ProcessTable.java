package kifs.kernel.simulated;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kifs.kernel.simulated.figures.Credentials;
import kifs.kernel.simulated.figures.SimulationException;
import org.jspecify.annotations.Nullable;

/** The processes and crowds that exist, by their ids. Guarded by the kernel's lock. */
final class ProcessTable {
  private static final int FIRST_FREE = 100;

  private final TreeMap<Integer, SimulatedProcess> processes = new TreeMap<>();
  private final TreeMap<Integer, SimulatedProcess> byThread = new TreeMap<>();
  private final TreeMap<Integer, Crowd> crowds = new TreeMap<>();

  /** The id from which {@link #free} searches, so that it need not begin at the first each time. */
  private int hint = FIRST_FREE;

  /** All single processes, in pid order. */
  Collection<SimulatedProcess> singles() {
    return processes.values();
  }

  Collection<Crowd> crowds() {
    return crowds.values();
  }

  /** Finds a process, or a member of a crowd; null: there is none. */
  @Nullable Sighting find(int pid) {
    SimulatedProcess process = processes.get(pid);
    if (process != null) {
      return new Sighting(process, 0);
    }
    Crowd crowd = crowdAt(pid);
    return crowd != null && crowd.holds(pid)
        ? new Sighting(crowd.template(), pid - crowd.template().pid())
        : null;
  }

  /**
   * The process that has a thread of that id, or the template of the crowd whose member has it;
   * null: there is none.
   */
  @Nullable SimulatedProcess ofThread(int tid) {
    SimulatedProcess process = byThread.get(tid);
    Crowd crowd = crowdAt(tid);
    return process == null && crowd != null && crowd.memberOf(tid) != 0
        ? crowd.template()
        : process;
  }

  /** The crowd whose range of ids includes that one; null: there is none. */
  @Nullable Crowd crowdAt(int id) {
    Map.Entry<Integer, Crowd> entry = crowds.floorEntry(id);
    return entry != null && id < entry.getValue().end() ? entry.getValue() : null;
  }

  /** The crowd that a template or a member is of. */
  Crowd crowdOf(int pid) {
    return requireNonNull(crowdAt(pid));
  }

  /** The pids of all processes and members, ascending. */
  int[] pids() {
    int count = processes.size() + crowds.values().stream().mapToInt(Crowd::size).sum();
    int[] pids = new int[count];
    int at = 0;
    for (int pid : processes.keySet()) {
      pids[at++] = pid;
    }
    for (Crowd crowd : crowds.values()) {
      at = crowd.fill(pids, at);
    }
    Arrays.sort(pids);
    return pids;
  }

  long countProcesses() {
    return processes.size() + crowds.values().stream().mapToLong(Crowd::size).sum();
  }

  long countThreads() {
    return byThread.size()
        + crowds.values().stream().mapToLong(c -> (long) c.size() * c.threadsOfEach()).sum();
  }

  void add(SimulatedProcess process) {
    process.allThreads().forEach(thread -> byThread.put(thread.tid(), process));
    processes.put(process.pid(), process);
  }

  void add(Crowd crowd) {
    crowds.put(crowd.template().pid(), crowd);
  }

  void addThread(int tid, SimulatedProcess process) {
    byThread.put(tid, process);
  }

  void removeThread(int tid) {
    byThread.remove(tid);
  }

  void remove(SimulatedProcess process) {
    process.allThreads().forEach(thread -> byThread.remove(thread.tid()));
    processes.remove(process.pid());
    hint = Math.min(hint, Math.max(FIRST_FREE, process.pid()));
  }

  void remove(Crowd crowd) {
    crowds.remove(crowd.template().pid());
  }

  /**
   * A copy of the list of all processes and templates, so that they may end during an iteration.
   */
  List<SimulatedProcess> allProcesses() {
    List<SimulatedProcess> all = new ArrayList<>(processes.values());
    crowds.values().forEach(crowd -> all.add(crowd.template()));
    return all;
  }

  /** Refuses an id that is in use or out of range. */
  void requireFree(int id) {
    requirePossible(id, id + 1L);
    if (!isFree(id)) {
      throw new SimulationException("id " + id + " is in use");
    }
  }

  /** Refuses a crowd's ids if one of them is in use, or is in another crowd's range. */
  void requireFree(int from, long count) {
    long end = from + count;
    requirePossible(from, end);
    Integer single = byThread.ceilingKey(from);
    if (single != null && single < end) {
      throw new SimulationException("id " + single + " is in use");
    }
    Map.Entry<Integer, Crowd> crowd = crowds.lowerEntry((int) end);
    if (crowd != null && crowd.getValue().end() > from) {
      throw new SimulationException("a crowd uses the ids from " + crowd.getKey());
    }
  }

  private static void requirePossible(int from, long end) {
    if (from < 1 || end <= from || end > Credentials.PID_MAX_LIMIT) {
      throw new SimulationException(
          "ids are 1 to " + (Credentials.PID_MAX_LIMIT - 1) + ", not " + from + " to " + (end - 1));
    }
  }

  /** The lowest free id above that one. */
  int freeAbove(int id) {
    int next = id + 1;
    while (!isFree(next)) {
      Crowd crowd = crowdAt(next);
      next = crowd == null ? next + 1 : crowd.end();
    }
    requireFree(next);
    return next;
  }

  /** A free id for a new process. */
  int free() {
    hint = freeAbove(hint - 1);
    return hint;
  }

  private boolean isFree(int id) {
    Crowd crowd = crowdAt(id);
    return !byThread.containsKey(id) && (crowd == null || crowd.memberOf(id) == 0);
  }
}
