package kifs.kernel.procfs.host;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/** {@code /proc/stat}: processor times, and counters since boot. */
public final class SystemStatFile {
  private static final byte[] CPU = "cpu".getBytes(StandardCharsets.US_ASCII);
  private static final byte[][] KEYS = {
    key("intr"),
    key("ctxt"),
    key("btime"),
    key("processes"),
    key("procs_running"),
    key("procs_blocked")
  };
  private static final Field[] FIELDS = {
    SystemRecord.INTERRUPTS,
    SystemRecord.CONTEXT_SWITCHES,
    SystemRecord.BOOT,
    SystemRecord.FORKS,
    SystemRecord.RUNNABLE,
    SystemRecord.BLOCKED
  };
  private static final long NS = 1_000_000_000L;

  static final long SYSTEM_FIELDS = mask(List.of(FIELDS)) | mask(SystemRecord.TIMES);

  private SystemStatFile() {}

  /** Fills the fields of a SYSTEM record. */
  public static void parse(ByteCursor in, long fields, Units units, Record into) {
    do {
      if (in.peek() == 'c' && in.skip(CPU)) {
        if (in.peek() == ' ') {
          times(in, SystemRecord.TIMES, fields, units, into);
        }
        continue;
      }
      for (int i = 0; i < KEYS.length; i++) {
        if (in.skip(KEYS[i])) {
          if ((fields & FIELDS[i].bit()) != 0) {
            in.put(into, FIELDS[i], FIELDS[i] == SystemRecord.BOOT ? NS : 1);
          }
          break;
        }
      }
    } while (in.nextLine());
  }

  /**
   * Goes to the next processor's line.
   *
   * @return its number; -1: no more
   */
  public static int nextCpu(ByteCursor in) {
    do {
      // "cpu" and a digit; a blank means all of them.
      if (in.peek() == 'c' && in.skip(CPU) && in.peek() != ' ' && in.number()) {
        return (int) in.value();
      }
    } while (in.nextLine());
    return -1;
  }

  /** Fills the times of a CPU record from the line that {@link #nextCpu} went to. */
  public static void parseCpu(ByteCursor in, long fields, Units units, Record into) {
    times(in, CpuRecord.TIMES, fields, units, into);
  }

  private static void times(
      ByteCursor in, List<Field> times, long fields, Units units, Record into) {
    for (int i = 0; i < times.size(); i++) {
      if ((fields & times.get(i).bit()) != 0) {
        in.put(into, times.get(i), units.tickNs());
      } else {
        in.skipWord();
      }
    }
  }

  private static long mask(List<Field> fields) {
    long mask = 0;
    for (Field field : fields) {
      mask |= field.bit();
    }
    return mask;
  }

  private static byte[] key(String name) {
    return (name + " ").getBytes(StandardCharsets.US_ASCII);
  }
}
