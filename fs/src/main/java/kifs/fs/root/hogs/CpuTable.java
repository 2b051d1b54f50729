package kifs.fs.root.hogs;

import static kifs.kernel.record.ProcessRecord.CHILDREN_STIME;
import static kifs.kernel.record.ProcessRecord.CHILDREN_UTIME;
import static kifs.kernel.record.ProcessRecord.PID;
import static kifs.kernel.record.ProcessRecord.PPID;
import static kifs.kernel.record.ProcessRecord.RUNTIME;
import static kifs.kernel.record.ProcessRecord.START;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * {@code hogs/cpu}: the processes by the CPU time that they have used since anybody last read the
 * table, then by the time that they have used since they started. The time of children that ended
 * meanwhile counts for the process that waited for them, so that a shell which runs short programs
 * shows. What each process had used is kept from one read to the next, some bytes for each.
 * Thread-safe: guarded by this.
 */
final class CpuTable implements HogTable {
  private static final long FIELDS =
      ProcessTable.PID.fields()
          | ProcessTable.UID.fields()
          | ProcessTable.COMMAND.fields()
          | RUNTIME.bit()
          | START.bit()
          | PPID.bit()
          | CHILDREN_UTIME.bit()
          | CHILDREN_STIME.bit();

  /** What the last read found of a process that wasn't there. */
  private static final Used UNKNOWN = new Used(-1, 0, 0, 0);

  private final Kernel kernel;

  /** What the last read found, by pid. */
  private Map<Integer, Used> last = Map.of();

  /** Boot time at which the last read began, ns; 0: there was none. */
  private long lastNs;

  /**
   * The CPU time of a process.
   *
   * @param startNs boot time at which it started, which distinguishes it from others with its pid
   * @param childrenNs CPU time of the children that it has waited for, and of theirs
   * @param parent the id of its parent
   */
  private record Used(long startNs, long runtimeNs, long childrenNs, int parent) {
    long withChildrenNs() {
      return runtimeNs + childrenNs;
    }
  }

  /**
   * A line of the table.
   *
   * @param recentNs CPU time in the window, its own and of children that ended in it
   * @param windowNs the time since the last read, or since the process started
   * @param ageNs the time since the process started
   */
  private record Row(
      String pid, String uid, String command, long recentNs, long windowNs, Used used, long ageNs) {
    Row withReaped(long reapedNs) {
      return new Row(pid, uid, command, recentNs + reapedNs, windowNs, used, ageNs);
    }

    void addTo(TextTable table) {
      table.row(
          pid,
          uid,
          percent(recentNs, windowNs),
          Values.shortSeconds(recentNs),
          Values.shortSeconds(windowNs),
          percent(used.runtimeNs, ageNs),
          Values.shortSeconds(used.runtimeNs),
          command);
    }
  }

  CpuTable(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public synchronized String text(Viewer viewer, int maxRows) {
    // All is open, unless processes of others are hidden. What is kept is about all processes.
    boolean hides = viewer.hidesOthers();
    long fields = hides ? FIELDS | ProcessRecord.VIEWER : FIELDS;
    List<Row> rows = new ArrayList<>();
    Map<Integer, Used> now = new HashMap<>();
    long nowNs = kernel.boottimeNs();
    try (BulkBuilder processes = kernel.snapshots().collect(fields)) {
      processes.forEach(
          ProcessRecord.TYPE,
          process -> {
            Used used = used(process);
            now.put((int) process.get(PID), used);
            if (used.withChildrenNs() > 0 && (!hides || viewer.sees(process))) {
              rows.add(row(process, used, nowNs));
            }
          });
    }
    Map<Integer, Long> ended = ended(now);
    rows.replaceAll(row -> row.withReaped(reapedNs(row, ended)));
    rows.removeIf(row -> row.used.runtimeNs == 0 && row.recentNs == 0);
    last = now;
    lastNs = nowNs;
    TextTable table =
        new TextTable("PID", "UID", "CPU%", "USED", "WINDOW", "AVERAGE%", "TOTAL", "COMMAND");
    rows.stream()
        .sorted(
            Comparator.comparingLong(Row::recentNs)
                .thenComparingLong(row -> row.used().runtimeNs())
                .reversed())
        .limit(maxRows)
        .forEach(row -> row.addTo(table));
    return table.text();
  }

  private static Used used(Record process) {
    return new Used(
        process.get(START),
        process.get(RUNTIME),
        process.get(CHILDREN_UTIME) + process.get(CHILDREN_STIME),
        (int) process.get(PPID));
  }

  /**
   * The CPU time that processes which have ended since the last read had used by then, by their
   * parents. The last read has counted it, and their parents have it now.
   */
  private Map<Integer, Long> ended(Map<Integer, Used> now) {
    Map<Integer, Long> ended = new HashMap<>();
    last.forEach(
        (pid, used) -> {
          Used still = now.get(pid);
          if (still == null || still.startNs != used.startNs) {
            ended.merge(used.parent, used.withChildrenNs(), Long::sum);
          }
        });
    return ended;
  }

  /** The CPU time in the window of children that a process has waited for in it. */
  private long reapedNs(Row row, Map<Integer, Long> ended) {
    int pid = Integer.parseInt(row.pid);
    Used before = last.get(pid);
    if (before == null || before.startNs != row.used.startNs) {
      // All its children have ended since the last read, if it began since; else nobody knows when.
      return lastNs > 0 ? row.used.childrenNs : 0;
    }
    long reapedNs = row.used.childrenNs - before.childrenNs;
    return Math.max(0, reapedNs - ended.getOrDefault(pid, 0L));
  }

  private Row row(Record process, Used used, long nowNs) {
    Used found = last.getOrDefault((int) process.get(PID), UNKNOWN);
    boolean isKnown = found.startNs == used.startNs;
    // A process that the last read didn't find has used all its time since it started.
    Used before = isKnown ? found : UNKNOWN;
    return new Row(
        ProcessTable.PID.of(process),
        ProcessTable.UID.of(process),
        ProcessTable.COMMAND.of(process),
        used.runtimeNs - before.runtimeNs,
        nowNs - (isKnown ? lastNs : used.startNs),
        used,
        nowNs - used.startNs);
  }

  /** The share of a time in which CPU time was used, in percent of one CPU. */
  static String percent(long usedNs, long overNs) {
    return Values.percent(overNs <= 0 ? 0 : 100.0 * usedNs / overNs);
  }
}
