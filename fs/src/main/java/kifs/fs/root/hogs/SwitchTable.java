package kifs.fs.root.hogs;

import static kifs.kernel.record.ThreadRecord.INVOLUNTARY_SWITCHES;
import static kifs.kernel.record.ThreadRecord.VOLUNTARY_SWITCHES;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.TextTable;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * {@code hogs/switches}: the processes by the context switches of their threads, a second since
 * anybody last read the table, or since the thread started. What each thread had is kept from one
 * read to the next, some bytes for each. Thread-safe: guarded by this.
 */
final class SwitchTable implements HogTable {
  private static final double NS_PER_S = 1e9;

  private static final Query THREADS =
      Query.of(ProcessRecord.TYPE, ThreadRecord.TYPE)
          .withFields(
              ProcessRecord.TYPE,
              ProcessRecord.PID,
              ProcessRecord.UID,
              ProcessRecord.COMM,
              ProcessRecord.VIEWER_UID,
              ProcessRecord.VIEWER_GID,
              ProcessRecord.CAPABILITIES)
          .withFields(
              ThreadRecord.TYPE,
              ThreadRecord.PID,
              ThreadRecord.TID,
              ThreadRecord.START,
              VOLUNTARY_SWITCHES,
              INVOLUNTARY_SWITCHES);

  /**
   * The switches of a thread.
   *
   * @param startNs distinguishes it from others with its id
   */
  private record Switches(long startNs, long voluntary, long involuntary) {
    private static final Switches NONE = new Switches(-1, 0, 0);
  }

  /** A line of the table. The rates of its threads are added to it. */
  private static final class Row {
    private final String pid;
    private final String uid;
    private final String command;
    private double voluntary;
    private double involuntary;
    private long total;

    Row(Record process) {
      pid = ProcessTable.PID.of(process);
      uid = ProcessTable.UID.of(process);
      command = ProcessTable.COMMAND.of(process);
    }

    double rate() {
      return voluntary + involuntary;
    }

    long total() {
      return total;
    }

    void add(Switches before, Switches now, double seconds) {
      voluntary += Math.max(0, now.voluntary - before.voluntary) / seconds;
      involuntary += Math.max(0, now.involuntary - before.involuntary) / seconds;
      total += now.voluntary + now.involuntary;
    }

    void addTo(TextTable table) {
      table.row(
          pid, uid, Math.round(voluntary), Math.round(involuntary), Long.toString(total), command);
    }
  }

  private final Kernel kernel;

  /** What the last read found, by thread id. */
  private Map<Integer, Switches> last = Map.of();

  /** Boot time at which the last read began, ns. */
  private long lastNs;

  SwitchTable(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public synchronized String text(Viewer viewer, int maxRows) {
    // All is open, unless processes of others are hidden. What is kept is about all processes.
    boolean hides = viewer.hidesOthers();
    Map<Integer, Row> rows = new HashMap<>();
    Map<Integer, Switches> now = new HashMap<>();
    long nowNs = kernel.boottimeNs();
    try (Bulk all = kernel.snapshots().takeShared(THREADS, Viewer.OF_ALL).join()) {
      all.forEach(
          ProcessRecord.TYPE,
          process -> {
            if (!hides || viewer.sees(process)) {
              rows.put((int) process.get(ProcessRecord.PID), new Row(process));
            }
          });
      all.forEach(ThreadRecord.TYPE, thread -> add(thread, nowNs, now, rows));
    }
    last = now;
    lastNs = nowNs;
    TextTable table =
        new TextTable("PID", "UID", "VOLUNTARY/s", "INVOLUNTARY/s", "TOTAL", "COMMAND");
    List<Row> sorted = new ArrayList<>(rows.values());
    sorted.removeIf(row -> row.total == 0);
    sorted.sort(Comparator.comparingDouble(Row::rate).thenComparingLong(Row::total).reversed());
    sorted.stream().limit(maxRows).forEach(row -> row.addTo(table));
    return table.text();
  }

  private void add(Record thread, long nowNs, Map<Integer, Switches> now, Map<Integer, Row> rows) {
    int tid = (int) thread.get(ThreadRecord.TID);
    Switches switches =
        new Switches(
            thread.get(ThreadRecord.START),
            thread.get(VOLUNTARY_SWITCHES),
            thread.get(INVOLUNTARY_SWITCHES));
    now.put(tid, switches);
    Row row = rows.get((int) thread.get(ThreadRecord.PID));
    if (row == null) {
      return;
    }
    Switches before = last.getOrDefault(tid, Switches.NONE);
    boolean isKnown = before.startNs == switches.startNs;
    long windowNs = nowNs - (isKnown ? lastNs : switches.startNs);
    row.add(isKnown ? before : Switches.NONE, switches, Math.max(1, windowNs) / NS_PER_S);
  }
}
