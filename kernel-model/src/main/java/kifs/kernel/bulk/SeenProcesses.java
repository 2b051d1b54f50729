package kifs.kernel.bulk;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import kifs.kernel.record.ProcessRecord;

/**
 * The processes whose guarded fields a client may see, by the PROCESS records of a bulk. Not
 * thread-safe.
 */
final class SeenProcesses {
  private final Map<Integer, Boolean> known = new HashMap<>();
  private final IntPredicate others;

  /** The records of a process are adjacent, so the last answer is used again and again. */
  private int last = -1;

  private boolean lastIsSeen;

  /**
   * @param others decides for a process that has no PROCESS in the bulk
   */
  SeenProcesses(Bulk bulk, Visibility visibility, IntPredicate others) {
    this.others = others;
    bulk.forEach(
        ProcessRecord.TYPE,
        process -> known.put((int) process.get(ProcessRecord.PID), visibility.sees(process)));
  }

  boolean contains(int pid) {
    if (pid != last) {
      lastIsSeen = known.computeIfAbsent(pid, others::test);
      last = pid;
    }
    return lastIsSeen;
  }
}
