package kifs.fs.node.history;

import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Collectors;
import kifs.notifier.history.KeptSamples;

/** Writes the samples of an entity as CSV, oldest first. Thread-safe. */
final class HistoryCsv {
  private static final long NS_PER_MS = 1_000_000;

  private HistoryCsv() {}

  /**
   * Makes the text.
   *
   * @param offsetNs the time since the epoch minus the boot time, ns
   */
  static String text(KeptSamples kept, long offsetNs) {
    StringBuilder out = new StringBuilder("time,seconds");
    kept.metrics().forEach(each -> out.append(',').append(each.metric().name()));
    out.append('\n');
    for (KeptSamples.Row row : kept.rows()) {
      out.append(line(row, offsetNs)).append('\n');
    }
    return out.toString();
  }

  private static String line(KeptSamples.Row row, long offsetNs) {
    String values =
        Arrays.stream(row.values()).mapToObj(Figures::plain).collect(Collectors.joining(","));
    Instant end = Instant.ofEpochMilli((row.endNs() + offsetNs) / NS_PER_MS);
    return end + "," + Figures.plain(row.lengthNs() / 1e9) + "," + values;
  }
}
