package kifs.fs.cli.table;

import java.util.List;
import java.util.Map;
import java.util.function.LongFunction;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.WaitKind;
import kifs.kernel.record.WaitRecord;

/** The names of codes in records. Immutable. */
final class Labels {
  /** A field whose values are no codes. */
  static final Labels NONE = new Labels(code -> "");

  private static final Labels WAITS = new Labels(code -> WaitKind.of(code).label());
  private static final Labels LIMITS = new Labels(code -> code == -1 ? "unlimited" : "");

  private static final Map<Field, Labels> OF_FIELDS =
      Map.of(
          ThreadRecord.WAIT_KIND, WAITS,
          WaitRecord.KIND, WAITS,
          ShmRecord.KIND, new Labels(code -> at(ShmRecord.KINDS, code)),
          FdRecord.TYPE_OF_FILE, new Labels(code -> at(FdRecord.TYPES, code)),
          FdRecord.SOCKET_STATE, new Labels(code -> at(FdRecord.STATES, code)));

  private final LongFunction<String> names;

  private Labels(LongFunction<String> names) {
    this.names = names;
  }

  static Labels of(RecordType type, Field field) {
    if (type == LimitsRecord.TYPE && field.name().matches(".*_(soft|hard)(_.*)?")) {
      return LIMITS;
    }
    return OF_FIELDS.getOrDefault(field, NONE);
  }

  /** The label of a code; empty if it has none. */
  String label(long code) {
    return names.apply(code);
  }

  private static String at(List<String> names, long code) {
    return code >= 0 && code < names.size() ? names.get((int) code) : "";
  }
}
