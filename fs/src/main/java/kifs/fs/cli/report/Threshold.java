package kifs.fs.cli.report;

import java.util.List;
import kifs.fs.cli.table.BadTableException;
import kifs.fs.cli.table.Column;
import kifs.fs.cli.table.Filter;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.SystemRecord;

/**
 * A comparison that the page reports where it becomes true: of processes, or of the host. Immutable
 * and thread-safe.
 *
 * @param text as it was given
 */
public record Threshold(String text, RecordType type, Filter.Rows rows) {
  /**
   * Parses a comparison such as {@code rss>1G} or {@code memory_available<500M}.
   *
   * @throws BadTableException if it fits neither a process nor the host
   */
  public static Threshold parse(String text) throws BadTableException {
    Filter filter = Filter.parse(text);
    List<Column> columns = Column.of(ProcessRecord.TYPE);
    boolean isOfProcess =
        filter.names().stream().allMatch(name -> Column.named(name, columns).isPresent());
    RecordType type = isOfProcess ? ProcessRecord.TYPE : SystemRecord.TYPE;
    return new Threshold(text, type, filter.rows(type, Column.of(type)));
  }
}
