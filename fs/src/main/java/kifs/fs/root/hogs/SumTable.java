package kifs.fs.root.hogs;

import static kifs.kernel.record.ProcessRecord.COMM;
import static kifs.kernel.record.ProcessRecord.PID;
import static kifs.kernel.record.ProcessRecord.RUNTIME;
import static kifs.kernel.record.ProcessRecord.START;
import static kifs.kernel.record.ProcessRecord.THREADS;
import static kifs.kernel.record.ProcessRecord.UID;

import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.CpuPercent;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * A table of processes that are added up, by their CPU usage and then by memory. {@link MemorySum}
 * says what counts as their memory. Immutable.
 *
 * @param header the name of the first column
 * @param key makes the text by which processes are added up
 */
record SumTable(Kernel kernel, String header, Function<Record, String> key) implements HogTable {
  /** Processes of one real user id. */
  static final Function<Record, String> BY_USER = process -> Long.toString(process.get(UID));

  /** Processes of one name. */
  static final Function<Record, String> BY_NAME = process -> Values.of(process.bytes(COMM));

  private static final long FIELDS =
      Field.mask(PID, UID, COMM, START, RUNTIME, THREADS) | MemorySum.FIELDS;

  /** The sums of one line. */
  private static final class Sum {
    private final String name;
    private int processes;
    private long threads;
    private double cpu;
    private long runtimeNs;
    private final MemorySum memory = new MemorySum();

    Sum(String name) {
      this.name = name;
    }

    void add(Kernel kernel, Record process) {
      processes++;
      threads += process.get(THREADS);
      cpu += CpuPercent.percent(kernel, process);
      runtimeNs += process.get(RUNTIME);
      memory.add(process);
    }

    double cpu() {
      return cpu;
    }

    long memory() {
      return memory.bytes();
    }
  }

  @Override
  public String text(Viewer viewer, int maxRows) {
    boolean hides = viewer.hidesOthers();
    long fields = hides ? FIELDS | ProcessRecord.VIEWER : FIELDS;
    Map<String, Sum> sums = new HashMap<>();
    try (BulkBuilder processes = kernel.snapshots().collect(fields)) {
      processes.forEach(
          ProcessRecord.TYPE,
          process -> {
            if (!hides || viewer.sees(process)) {
              sums.computeIfAbsent(key.apply(process), Sum::new).add(kernel, process);
            }
          });
    }
    TextTable table =
        new TextTable(header, "PROCESSES", "THREADS", "CPU%", "TOTAL", "MEMORY", "SHARED");
    sums.values().stream()
        .sorted(Comparator.comparingDouble(Sum::cpu).thenComparingLong(Sum::memory).reversed())
        .limit(maxRows)
        .forEach(
            sum ->
                table.row(
                    sum.name,
                    sum.processes,
                    sum.threads,
                    Values.percent(sum.cpu),
                    Values.shortSeconds(sum.runtimeNs),
                    sum.memory(),
                    sum.memory.sharedBytes()));
    return table.text();
  }
}
