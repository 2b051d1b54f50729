package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;

/**
 * Files that hold one number: {@code /proc/[pid]/oom_score}, {@code oom_score_adj}. Stateless and
 * thread-safe.
 */
public final class NumberFile {
  private NumberFile() {}

  public static void parse(ByteCursor in, Field field, Record into) {
    in.put(into, field);
  }
}
