package kifs.fs.cli.table;

import java.util.List;
import java.util.Map;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;

/**
 * The columns of a table that fit on a screen, for types that have more. A type that is not listed
 * here has all of its columns.
 */
final class DefaultColumns {
  private static final Map<RecordType, List<String>> NAMES =
      Map.of(
          ProcessRecord.TYPE,
          List.of(
              "pid", "ppid", "uid", "state", "threads", "fds", "rss", "runtime", "start", "comm"),
          ThreadRecord.TYPE,
          List.of("pid", "tid", "state", "processor", "runtime", "last_ran", "wait_kind", "comm"),
          CommandRecord.TYPE,
          List.of("pid", "arguments", "executable", "command_line"),
          FdRecord.TYPE,
          List.of("pid", "fd", "type", "position", "inode", "path", "socket_name"),
          WaitRecord.TYPE,
          List.of(
              "waiter_pid",
              "waiter_tid",
              "kind",
              "since",
              "owner_pid",
              "owner_tid",
              "deadlock",
              "waiter_comm",
              "mapping"));

  private DefaultColumns() {}

  static List<Column> of(RecordType type, List<Column> all) {
    List<String> names = NAMES.get(type);
    return names == null
        ? all
        : names.stream().map(name -> Column.named(name, all).orElseThrow()).toList();
  }
}
