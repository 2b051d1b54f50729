package kifs.fs.root.hogs;

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
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.source.Cancellation;

/**
 * {@code hogs/cgroups}: the cgroups except the root by the CPU time that they have used since
 * anybody last read the table, then by memory. A group's figures include those of the groups below
 * it. What each group had used is kept from one read to the next, some bytes for each. Thread-safe:
 * guarded by this.
 */
final class CgroupTable implements HogTable {
  private static final Query QUERY =
      Query.of(CgroupRecord.TYPE)
          .withFields(
              CgroupRecord.TYPE,
              CgroupRecord.CPU_USAGE,
              CgroupRecord.MEMORY,
              CgroupRecord.MEMORY_EFFECTIVE,
              CgroupRecord.PIDS);

  private final Kernel kernel;

  /** The CPU time that the last read found, by the id of the group, ns. */
  private Map<Long, Long> last = Map.of();

  /** Boot time at which the last read began, ns; 0: there was none. */
  private long lastNs;

  /**
   * A line of the table.
   *
   * @param recentNs CPU time since the last read
   */
  private record Row(long recentNs, long memory, Object[] cells) {}

  CgroupTable(Kernel kernel) {
    this.kernel = kernel;
  }

  @Override
  public synchronized String text(Viewer viewer, int maxRows) {
    List<Row> rows = new ArrayList<>();
    Map<Long, Long> now = new HashMap<>();
    long nowNs = kernel.boottimeNs();
    long windowNs = nowNs - lastNs;
    try (BulkBuilder groups =
        kernel.snapshots().collect(CgroupRecord.TYPE, QUERY, Cancellation.NEVER)) {
      groups.forEach(
          CgroupRecord.TYPE,
          group -> {
            now.put(group.get(CgroupRecord.ID), group.get(CgroupRecord.CPU_USAGE));
            if (group.get(CgroupRecord.DEPTH) > 0) {
              rows.add(row(group, windowNs));
            }
          });
    }
    last = now;
    lastNs = nowNs;
    TextTable table =
        new TextTable("CPU%", "USED", "WINDOW", "TOTAL", "MEMORY", "LIMIT", "THREADS", "CGROUP");
    rows.stream()
        .sorted(Comparator.comparingLong(Row::recentNs).thenComparingLong(Row::memory).reversed())
        .limit(maxRows)
        .forEach(row -> table.row(row.cells()));
    return table.text();
  }

  private Row row(Record group, long windowNs) {
    long id = group.get(CgroupRecord.ID);
    long used = group.get(CgroupRecord.CPU_USAGE);
    // A group that the last read didn't find has used all its time since then.
    long recentNs = Math.max(0, used - last.getOrDefault(id, 0L));
    boolean hasCpu = group.has(CgroupRecord.CPU_USAGE);
    return new Row(
        recentNs,
        group.get(CgroupRecord.MEMORY),
        new Object[] {
          hasCpu ? CpuTable.percent(recentNs, windowNs) : "",
          hasCpu ? Values.shortSeconds(recentNs) : "",
          Values.shortSeconds(windowNs),
          hasCpu ? Values.shortSeconds(used) : "",
          figure(group, CgroupRecord.MEMORY),
          figure(group, CgroupRecord.MEMORY_EFFECTIVE),
          figure(group, CgroupRecord.PIDS),
          kernel.source().cgroupPath(id).orElse("")
        });
  }

  private static String figure(Record group, Field field) {
    return group.has(field) ? Long.toUnsignedString(group.get(field)) : "";
  }
}
