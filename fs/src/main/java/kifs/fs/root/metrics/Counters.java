package kifs.fs.root.metrics;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/**
 * Adds up counters of processes by program, so that a sum doesn't fall when one of the processes
 * ends. From one pass to the next it counts what each process has added, and all that a new process
 * has used. It misses what a process adds between the last pass and its end. A sum begins at 0
 * again when its program has had no process in a pass. Some bytes are kept for each process. Not
 * thread-safe.
 */
final class Counters {
  private final List<Field> fields;

  private Map<Integer, Seen> last = new HashMap<>();
  private Map<String, Sum> lastSums = new HashMap<>();
  private Map<Integer, Seen> seen = new HashMap<>();
  private Map<String, Sum> sums = new HashMap<>();

  /**
   * What a pass has found of a process.
   *
   * @param startNs boot time at which it started, which distinguishes it from others with its pid
   * @param values the counters; those that are absent as they were before
   */
  private record Seen(long startNs, long[] values) {}

  /**
   * The counters of a program.
   *
   * @param present whether a process of the last pass had the counter
   */
  private record Sum(long[] values, boolean[] present) {}

  /**
   * @param fields counters of PROCESS
   */
  Counters(List<Field> fields) {
    this.fields = fields;
  }

  /** Begins a pass. Each process is then added once. */
  void begin() {
    last = seen;
    lastSums = sums;
    seen = new HashMap<>();
    sums = new HashMap<>();
  }

  /** Adds a process, whose record has all fields that its source provides. */
  void add(String program, Record process) {
    Sum sum = sums.computeIfAbsent(program, this::sum);
    int pid = (int) process.get(ProcessRecord.PID);
    Seen before = last.get(pid);
    long startNs = process.get(ProcessRecord.START);
    if (before != null && before.startNs != startNs) {
      before = null;
    }
    long[] values = new long[fields.size()];
    for (int i = 0; i < values.length; i++) {
      long known = before == null ? 0 : before.values[i];
      boolean isPresent = process.has(fields.get(i));
      values[i] = isPresent ? process.get(fields.get(i)) : known;
      sum.values[i] += Math.max(0, values[i] - known);
      sum.present[i] |= isPresent;
    }
    seen.put(pid, new Seen(startNs, values));
  }

  private Sum sum(String program) {
    Sum before = lastSums.get(program);
    int size = fields.size();
    return new Sum(before == null ? new long[size] : before.values.clone(), new boolean[size]);
  }

  /** The sum of a counter of a program in this pass; null: none of its processes has it. */
  @Nullable Long get(String program, Field field) {
    int index = fields.indexOf(field);
    Sum sum = sums.get(program);
    return sum == null || !sum.present[index] ? null : sum.values[index];
  }
}
