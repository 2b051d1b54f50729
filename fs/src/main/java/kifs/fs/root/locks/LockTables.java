package kifs.fs.root.locks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kifs.fs.node.text.TextTable;
import kifs.fs.node.text.Values;

/** Writes {@code locks/waits} and {@code locks/deadlocks} from the edges of the wait-for graph. */
final class LockTables {
  private LockTables() {}

  /**
   * Writes a line for every edge.
   *
   * @param nowNs boot time of the snapshot with the waits, ns
   */
  static String waits(List<WaitRow> rows, long nowNs) {
    TextTable table =
        new TextTable(
            "PID", "TID", "COMM", "KIND", "OBJECT", "OWNER", "OWNER-COMM", "WAITS", "DEADLOCK");
    for (WaitRow row : rows) {
      table.row(
          row.waiter().pid(),
          row.waiter().tid(),
          row.waiter().name(),
          row.awaited().kind().label(),
          row.awaited().name(),
          row.owner().id(),
          row.owner().name(),
          waited(row, nowNs),
          deadlock(row));
    }
    return table.text();
  }

  /** The seconds that a thread has waited; "-" if unknown. */
  static String waited(WaitRow row, long nowNs) {
    return row.sinceNs() < 0 ? "-" : Values.shortSeconds(nowNs - row.sinceNs());
  }

  private static String deadlock(WaitRow row) {
    if (row.in().deadlock() != 0) {
      return Long.toString(row.in().deadlock());
    }
    return row.in().behind() == 0 ? "-" : "behind:" + row.in().behind();
  }

  /**
   * Writes a line for each thread of each cycle, in the order in which one waits for the next. Then
   * come the threads outside the cycle that wait for it. The text is empty if there is no deadlock.
   *
   * @param nowNs boot time of the snapshot with the waits, ns
   */
  static String deadlocks(List<WaitRow> rows, long nowNs) {
    Map<Long, List<WaitRow>> cycles = new TreeMap<>();
    Map<Long, List<WaitRow>> behind = new TreeMap<>();
    for (WaitRow row : rows) {
      if (row.in().deadlock() != 0) {
        cycles.computeIfAbsent(row.in().deadlock(), number -> new ArrayList<>()).add(row);
      } else if (row.in().behind() != 0) {
        behind.computeIfAbsent(row.in().behind(), number -> new ArrayList<>()).add(row);
      }
    }
    if (cycles.isEmpty()) {
      return "";
    }
    TextTable table =
        new TextTable(
            "DEADLOCK",
            "PART",
            "PID",
            "TID",
            "COMM",
            "HOLDS",
            "WANTS",
            "KIND",
            "WANTS-IN",
            "OF",
            "OF-COMM",
            "WAITS");
    cycles.forEach(
        (number, cycle) -> {
          Map<String, String> held = held(cycle, behind.getOrDefault(number, List.of()));
          inOrder(cycle).forEach(row -> add(table, number, "member", row, held, nowNs));
          behind
              .getOrDefault(number, List.of())
              .forEach(row -> add(table, number, "behind", row, held, nowNs));
        });
    return table.text();
  }

  /** The number of deadlocks, as one line. */
  static String deadlockCount(List<WaitRow> rows, long nowNs) {
    return rows.stream()
            .map(row -> row.in().deadlock())
            .filter(number -> number != 0)
            .distinct()
            .count()
        + "\n";
  }

  private static void add(
      TextTable table,
      long number,
      String part,
      WaitRow row,
      Map<String, String> held,
      long nowNs) {
    String own =
        held.getOrDefault(row.waiter().id(), held.get(Integer.toString(row.waiter().pid())));
    table.row(
        number,
        part,
        row.waiter().pid(),
        row.waiter().tid(),
        row.waiter().name(),
        own,
        row.awaited().name(),
        row.awaited().kind().label(),
        row.awaited().place(),
        row.owner().id(),
        row.owner().name(),
        waited(row, nowNs));
  }

  /**
   * For each owner, the objects that others wait for it to release, by the names that these use.
   */
  private static Map<String, String> held(List<WaitRow> cycle, List<WaitRow> behind) {
    Map<String, Map<String, String>> objects = new LinkedHashMap<>();
    List<WaitRow> all = new ArrayList<>(cycle);
    all.addAll(behind);
    for (WaitRow row : all) {
      objects
          .computeIfAbsent(row.owner().id(), owner -> new LinkedHashMap<>())
          .putIfAbsent(row.identity(), row.awaited().name());
    }
    Map<String, String> held = new LinkedHashMap<>();
    objects.forEach((owner, names) -> held.put(owner, String.join(",", names.values())));
    return held;
  }

  /**
   * Sorts a cycle: each thread is followed by the one that it waits for, and the rest comes last.
   */
  private static List<WaitRow> inOrder(List<WaitRow> cycle) {
    List<WaitRow> rest = new ArrayList<>(cycle);
    List<WaitRow> ordered = new ArrayList<>();
    WaitRow next = rest.get(0);
    while (next != null) {
      rest.remove(next);
      ordered.add(next);
      WaitRow last = next;
      next = rest.stream().filter(row -> last.isOwnedBy(row)).findFirst().orElse(null);
      if (next == null && !rest.isEmpty()) {
        next = rest.get(0);
      }
    }
    return ordered;
  }
}
