package kifs.fs.cli.top;

import java.util.List;
import java.util.Locale;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitRecord;
import org.jspecify.annotations.Nullable;

/** What the rows of the view are. */
enum Kind {
  PROCESSES(
      ProcessRecord.TYPE,
      ProcessRecord.PID,
      ProcessRecord.PID,
      ProcessRecord.START,
      "pid uid priority nice vsize rss state threads runtime/s runtime comm"),
  THREADS(
      ThreadRecord.TYPE,
      ThreadRecord.PID,
      ThreadRecord.TID,
      ThreadRecord.START,
      "tid pid uid priority nice state processor runtime/s runtime wait_kind comm"),
  WAITS(
      WaitRecord.TYPE,
      WaitRecord.WAITER_PID,
      WaitRecord.WAITER_TID,
      null,
      "waiter_tid waiter_pid kind since deadlock owner_pid owner_tid owner_comm mapping"
          + " waiter_comm");

  private final RecordType type;
  private final Field pid;
  private final Field id;
  private final @Nullable Field start;
  private final List<String> columns;

  Kind(RecordType type, Field pid, Field id, @Nullable Field start, String columns) {
    this.type = type;
    this.pid = pid;
    this.id = id;
    this.start = start;
    this.columns = List.of(columns.split(" "));
  }

  RecordType type() {
    return type;
  }

  /** The name of the record type in a query of a bulk. */
  String tag() {
    return type.name().toLowerCase(Locale.ROOT);
  }

  /** The names of the columns that are shown unless others are chosen. The last is widest. */
  List<String> columns() {
    return columns;
  }

  int pid(Record record) {
    return (int) record.get(pid);
  }

  /** The pid, or the tid of a thread: unique in the host. */
  int id(Record record) {
    return (int) record.get(id);
  }

  /** The boot time at which the entity began, ns; 0 if it has none. */
  long start(Record record) {
    return start == null ? 0 : record.get(start);
  }

  /**
   * The id of the row under which a tree has this row: the parent of a process, the main thread of
   * a thread, the owner of what a thread waits for. 0 if there is none.
   */
  int parent(Record record) {
    return switch (this) {
      case PROCESSES -> (int) record.get(ProcessRecord.PPID);
      case THREADS -> id(record) == pid(record) ? 0 : pid(record);
      case WAITS -> (int) record.get(WaitRecord.OWNER_TID);
    };
  }

  /** The user whose row this is. */
  long uid(Record record) {
    return record.get(
        switch (this) {
          case PROCESSES -> ProcessRecord.UID;
          case THREADS -> ThreadRecord.UID;
          case WAITS -> WaitRecord.WAITER_UID;
        });
  }
}
