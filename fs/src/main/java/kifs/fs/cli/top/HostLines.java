package kifs.fs.cli.top;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import kifs.fs.cli.table.Units;
import kifs.kernel.bulk.BulkReader;
import kifs.kernel.record.Escapes;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.SnapshotRecord;
import kifs.kernel.record.SystemRecord;
import org.jspecify.annotations.Nullable;

/** The lines above the table: the host. Not thread-safe. */
final class HostLines {
  /** How many lines they are, without that of the columns. */
  static final int LINES = 4;

  private static final int BAR = 24;

  /** Places in the list of times. Guests follow, whose time is part of others. */
  private static final int IDLE = 3;

  private static final int IO_WAIT = 4;
  private static final int STEAL = 7;

  private final Record now = Record.allocate(SystemRecord.TYPE);
  private final Record old = Record.allocate(SystemRecord.TYPE);

  /**
   * Puts the lines into a grid.
   *
   * @param lines how many there may be
   * @param title what is shown
   */
  void lay(Grid grid, BulkReader bulk, @Nullable BulkReader before, int lines, String title) {
    head(grid, bulk, title);
    if (lines < LINES || bulk.count(SystemRecord.TYPE) == 0) {
      return;
    }
    bulk.forEach(SystemRecord.TYPE, now::copy);
    cpu(grid, bulk, before);
    memory(grid);
    tasks(grid);
  }

  private static void head(Grid grid, BulkReader bulk, String title) {
    Record snapshot = bulk.snapshot();
    byte[] name = snapshot.bytes(SnapshotRecord.HOST);
    String host = Texts.shown(Escapes.line(new String(name, StandardCharsets.ISO_8859_1)));
    Instant time = Instant.ofEpochSecond(0, snapshot.get(SnapshotRecord.REALTIME));
    String up = Units.human(snapshot.get(SnapshotRecord.BOOTTIME), false, "ns");
    int at = grid.put(0, 0, grid.columns(), host + " ", Style.BOLD);
    at =
        grid.put(
            0, at, grid.columns(), time.truncatedTo(ChronoUnit.SECONDS) + " up " + up, Style.PLAIN);
    grid.put(0, at + 2, grid.columns(), title, Style.BOLD);
  }

  private void cpu(Grid grid, BulkReader bulk, @Nullable BulkReader before) {
    old.clearAll(SystemRecord.TYPE.allFields());
    if (before != null) {
      before.forEach(SystemRecord.TYPE, old::copy);
    }
    double all = 0;
    for (Field field : SystemRecord.TIMES.subList(0, STEAL + 1)) {
      all += grown(field);
    }
    double wait = grown(SystemRecord.TIMES.get(IO_WAIT));
    double steal = grown(SystemRecord.TIMES.get(STEAL));
    double busy = all - wait - steal - grown(SystemRecord.TIMES.get(IDLE));
    double part = all > 0 ? busy / all : 0;
    int at = bar(grid, 1, "CPU", part, String.format(Locale.ROOT, "%.1f%%", 100 * part));
    String more =
        String.format(
            Locale.ROOT,
            "of %d CPUs, io %.1f%%, stolen %.1f%%",
            bulk.snapshot().get(SnapshotRecord.PROCESSORS),
            all > 0 ? 100 * wait / all : 0,
            all > 0 ? 100 * steal / all : 0);
    grid.put(1, at, grid.columns(), more, Style.PLAIN);
  }

  /** How much a figure grew since the bulk before; since the boot if there is none. */
  private double grown(Field field) {
    return Math.max(0, now.get(field) - old.get(field));
  }

  private void memory(Grid grid) {
    double total = now.getDouble(SystemRecord.MEMORY_TOTAL);
    double used = total - now.getDouble(SystemRecord.MEMORY_AVAILABLE);
    int at = bar(grid, 2, "Mem", total > 0 ? used / total : 0, bytes(used) + "/" + bytes(total));
    double swap = now.getDouble(SystemRecord.SWAP_TOTAL);
    double swapped = swap - now.getDouble(SystemRecord.SWAP_FREE);
    grid.put(2, at, grid.columns(), "swap " + bytes(swapped) + "/" + bytes(swap), Style.PLAIN);
  }

  private static String bytes(double value) {
    return Units.human((long) value, false, "bytes");
  }

  private void tasks(Grid grid) {
    String tasks =
        String.format(
            Locale.ROOT,
            "load %.2f %.2f %.2f, %d processes, %d threads, %d run, %d wait for io",
            now.getDouble(SystemRecord.LOAD1),
            now.getDouble(SystemRecord.LOAD5),
            now.getDouble(SystemRecord.LOAD15),
            now.get(SystemRecord.PROCESSES),
            now.get(SystemRecord.THREADS),
            now.get(SystemRecord.RUNNABLE),
            now.get(SystemRecord.BLOCKED));
    grid.put(3, 0, grid.columns(), tasks, Style.PLAIN);
  }

  /** A bar with its figure, and the column after it. */
  private static int bar(Grid grid, int row, String label, double part, String figure) {
    int at = grid.put(row, 0, grid.columns(), label + "[", Style.LABEL);
    int filled = (int) Math.round(Math.max(0, Math.min(1, part)) * BAR);
    grid.put(row, at, at + BAR, "|".repeat(filled), part > 0.9 ? Style.BUSY : Style.GOOD);
    grid.putRight(row, at, at + BAR, figure, Style.BOLD);
    return grid.put(row, at + BAR, grid.columns(), "] ", Style.LABEL);
  }
}
