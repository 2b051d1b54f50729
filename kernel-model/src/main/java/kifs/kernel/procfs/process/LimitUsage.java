package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * How much of its rlimits a process uses: {@code /proc/[pid]/status} for what has no field in
 * PROCESS, and the rest as PROCESS has it.
 */
final class LimitUsage {
  private static final long KIB = 1024;

  /** A line of status that tells a usage. */
  private record Line(byte[] key, Field field, long scale) {}

  private static final List<Line> LINES =
      List.of(
          line("SigQ:", "sigpending", 1),
          line("VmLck:", "memlock", KIB),
          line("VmData:", "data", KIB),
          line("VmStk:", "stack", KIB));

  private static final long STATUS = LINES.stream().mapToLong(l -> l.field().bit()).sum();

  /** A field of LIMITS that is one of PROCESS. */
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

  /** The fields of PROCESS that it takes to fill those fields of LIMITS. */
  static long processFields(long fields) {
    return SAME.stream()
        .filter(same -> (fields & same.ofLimits().bit()) != 0)
        .mapToLong(same -> same.ofProcess().bit())
        .sum();
  }

  /** Whether status must be read for those fields. */
  static boolean needsStatus(long fields) {
    return (fields & STATUS) != 0;
  }

  static void copy(Record process, long fields, Record into) {
    for (Same same : SAME) {
      if ((fields & same.ofLimits().bit()) != 0 && process.has(same.ofProcess())) {
        into.set(same.ofLimits(), process.get(same.ofProcess()));
      }
    }
  }

  /** Kernel threads and zombies have no memory of their own, and no lines that tell about it. */
  static void parse(ByteCursor in, long fields, Record into) {
    for (Line line : LINES) {
      if (line.scale() == KIB && (fields & line.field().bit()) != 0) {
        into.set(line.field(), 0);
      }
    }
    do {
      for (Line line : LINES) {
        if (in.skip(line.key())) {
          if ((fields & line.field().bit()) != 0 && in.number('/') && in.value() >= 0) {
            into.set(line.field(), in.value() * line.scale());
          }
          break;
        }
      }
    } while (in.nextLine());
  }
}
