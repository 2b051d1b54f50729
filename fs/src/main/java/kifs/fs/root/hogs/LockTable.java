package kifs.fs.root.hogs;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;

/**
 * {@code hogs/locks}: those who hold a lock that others wait for, by how long the first of them has
 * waited. Waits for a thread's or a child's end aren't about something that is held. A reader gets
 * the waits of processes that it sees. Immutable.
 */
record LockTable(Kernel kernel) implements HogTable {
  private static final Query QUERY =
      Query.of(WaitRecord.TYPE)
          .withFields(
              WaitRecord.TYPE,
              WaitRecord.KIND,
              WaitRecord.OWNER_PID,
              WaitRecord.OWNER_TID,
              WaitRecord.OWNER_COMM,
              WaitRecord.SINCE);

  /**
   * Those who wait for one kind of lock of one owner.
   *
   * @param owner as {@link WaitRecord#threadName} writes it
   */
  private record Held(String owner, WaitKind kind) {}

  /**
   * The waits for what one owner holds.
   *
   * @param command the owner's name; empty: not known
   * @param sinceNs boot time at which the first one began; {@link Long#MAX_VALUE}: not known
   */
  private record Waits(String command, int count, long sinceNs) {
    Waits and(Waits other) {
      return new Waits(command, count + other.count, Math.min(sinceNs, other.sinceNs));
    }
  }

  @Override
  public String text(Viewer viewer, int maxRows) {
    Map<Held, Waits> held = new LinkedHashMap<>();
    try (Bulk waits = kernel.snapshots().takeShared(QUERY, viewer).join()) {
      waits.forEach(WaitRecord.TYPE, wait -> add(wait, held));
    }
    long nowNs = kernel.boottimeNs();
    TextTable table = new TextTable("OWNER", "KIND", "WAITERS", "LONGEST", "COMMAND");
    List<Map.Entry<Held, Waits>> longest =
        held.entrySet().stream()
            .sorted(Comparator.comparingLong(each -> each.getValue().sinceNs()))
            .limit(maxRows)
            .toList();
    for (Map.Entry<Held, Waits> each : longest) {
      Waits waits = each.getValue();
      table.row(
          each.getKey().owner(),
          each.getKey().kind().label(),
          waits.count(),
          waits.sinceNs() == Long.MAX_VALUE ? "" : Values.shortSeconds(nowNs - waits.sinceNs()),
          waits.command());
    }
    return table.text();
  }

  private static void add(Record wait, Map<Held, Waits> held) {
    WaitKind kind = WaitKind.of(wait.get(WaitRecord.KIND));
    if (!kind.isForLock() || !wait.has(WaitRecord.OWNER_PID)) {
      return;
    }
    String owner = WaitRecord.ownerName(wait);
    Waits waits =
        new Waits(
            Values.of(wait.bytes(WaitRecord.OWNER_COMM)),
            1,
            wait.has(WaitRecord.SINCE) ? wait.get(WaitRecord.SINCE) : Long.MAX_VALUE);
    held.merge(new Held(owner, kind), waits, Waits::and);
  }
}
