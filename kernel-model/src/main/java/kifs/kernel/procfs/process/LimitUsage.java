package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * Fills how much of its rlimits a process uses. Usages that are a field of PROCESS are copied from
 * there; the others come from {@code /proc/[pid]/status}. Stateless and thread-safe.
 */
final class LimitUsage {
  private static final long KIB = 1024;

  /** A line of status that holds a usage. */
  private record Line(byte[] key, Field field, long scale) {}

  private static final List<Line> LINES =
      List.of(
          line("SigQ:", "sigpending", 1),
          line("VmLck:", "memlock", KIB),
          line("VmData:", "data", KIB),
          line("VmStk:", "stack", KIB));

  private static final long STATUS = LINES.stream().mapToLong(l -> l.field().bit()).sum();

  /** A field of LIMITS that has the value of a field of PROCESS. */
  private record Same(Field ofLimits, Field ofProcess) {}

  private static final List<Same> SAME =
      List.of(
          new Same(LimitsRecord.START, ProcessRecord.START),
          new Same(LimitsRecord.used("cpu"), ProcessRecord.RUNTIME),
          new Same(LimitsRecord.used("rss"), ProcessRecord.RSS),
          new Same(LimitsRecord.used("nofile"), ProcessRecord.FDS),
          new Same(LimitsRecord.used("as"), ProcessRecord.VSIZE));

  private LimitUsage() {}

  private static Line line(String key, String limit, long scale) {
    return new Line(key.getBytes(StandardCharsets.US_ASCII), LimitsRecord.used(limit), scale);
  }

  /** The fields of PROCESS that are needed to fill some fields of LIMITS. */
  static long processFields(long fields) {
    return SAME.stream()
        .filter(same -> (fields & same.ofLimits().bit()) != 0)
        .mapToLong(same -> same.ofProcess().bit())
        .sum();
  }

  /** Whether {@code status} must be read to fill some fields of LIMITS. */
  static boolean needsStatus(long fields) {
    return (fields & STATUS) != 0;
  }

  /** Copies usages from a PROCESS record to a LIMITS record. */
  static void copy(Record process, long fields, Record into) {
    for (Same same : SAME) {
      if ((fields & same.ofLimits().bit()) != 0 && process.has(same.ofProcess())) {
        into.set(same.ofLimits(), process.get(same.ofProcess()));
      }
    }
  }

  /**
   * Fills usages from {@code status}. A usage of memory is 0 if the file has no line for it,
   * because kernel threads and zombies have no memory of their own.
   *
   * @return whether the file has a line about memory
   */
  static boolean parse(ByteCursor in, long fields, Record into) {
    for (Line line : LINES) {
      if (line.scale() == KIB && (fields & line.field().bit()) != 0) {
        into.set(line.field(), 0);
      }
    }
    boolean memory = false;
    do {
      for (Line line : LINES) {
        if (in.skip(line.key())) {
          memory |= line.scale() == KIB;
          if ((fields & line.field().bit()) != 0 && in.number('/') && in.value() >= 0) {
            into.set(line.field(), in.value() * line.scale());
          }
          break;
        }
      }
    } while (in.nextLine());
    return memory;
  }
}
