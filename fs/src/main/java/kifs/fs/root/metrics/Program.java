package kifs.fs.root.metrics;

import static java.util.Objects.requireNonNull;
import static kifs.kernel.record.ProcessRecord.*;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.fs.node.text.Values;
import kifs.fs.root.hogs.MemorySum;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/** The gauges of the processes of one name, as one pass has found them. Not thread-safe. */
final class Program {
  private static final String THING = "program";

  /** The pid of the kernel's thread that starts all others. */
  private static final int KTHREADD = 2;

  /** The sums of fields, with their metrics. */
  private static final Map<Field, Family> FAMILIES = families();

  private static final Family PROCESSES =
      Family.of(THING, "processes", "", false, "number of processes of that name");
  private static final Family MEMORY =
      Family.of(
          THING,
          "memory",
          "bytes",
          false,
          "memory of the processes: their own, swapped out and in huge pages, and the most shared"
              + " memory that one of them has");
  private static final Family FDS_RATIO =
      Family.of(
          THING,
          "fds_used",
          "%",
          false,
          "open file descriptors of the process that is nearest to its limit, as a share of it");

  private final MemorySum memory = new MemorySum();
  private long processes;
  private long threads;
  private long fds;
  private boolean hasFds;
  private double worstFds = -1;

  private static Map<Field, Family> families() {
    Map<Field, Family> families = new HashMap<>();
    for (Field field : List.of(THREADS, FDS, RUNTIME, MAJOR_FAULTS, READ, WRITE)) {
      String doc = "sum of its processes: " + field.doc();
      families.put(field, Family.of(THING, field.name(), field.unit(), field.isCounter(), doc));
    }
    return families;
  }

  /** The metric of a sum. */
  static Family family(Field field) {
    return requireNonNull(FAMILIES.get(field));
  }

  /**
   * The program of a process: its name. Threads of the kernel, of which there is one for each CPU
   * or device, have the part before the slash.
   *
   * @return one char a byte
   */
  static String nameOf(Record process) {
    String name = Values.of(process.bytes(COMM));
    int slash = process.get(PPID) == KTHREADD ? name.indexOf('/') : -1;
    return slash > 0 ? name.substring(0, slash) : name;
  }

  /**
   * Adds a process.
   *
   * @param isOpen whether the reader may see its guarded figures
   */
  void add(Record process, boolean isOpen) {
    processes++;
    threads += process.get(THREADS);
    memory.add(process);
    if (isOpen && process.has(FDS)) {
      hasFds = true;
      fds += process.get(FDS);
      long limit = process.get(FD_LIMIT);
      if (process.has(FD_LIMIT) && limit > 0) {
        worstFds = Math.max(worstFds, (double) process.get(FDS) / limit);
      }
    }
  }

  long memory() {
    return memory.bytes();
  }

  /** The greatest share of its limit of fds that a process has open; negative: it is not known. */
  double worstFds() {
    return worstFds;
  }

  void write(String label, Exposition out) {
    out.add(PROCESSES, label, Long.toString(processes));
    out.add(family(THREADS), label, Long.toString(threads));
    out.add(MEMORY, label, Long.toString(memory.bytes()));
    if (hasFds) {
      out.add(family(FDS), label, Long.toString(fds));
    }
    if (worstFds >= 0) {
      out.add(FDS_RATIO, label, Exposition.ratio(100 * worstFds));
    }
  }
}
