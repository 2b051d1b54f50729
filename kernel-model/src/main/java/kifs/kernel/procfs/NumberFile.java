package kifs.kernel.procfs;

import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/** Files that hold one number: {@code /proc/[pid]/oom_score}, {@code oom_score_adj}. */
final class NumberFile {
  private NumberFile() {}

  static void parse(ByteCursor in, Field field, Record into) {
    in.put(into, field);
  }
}
