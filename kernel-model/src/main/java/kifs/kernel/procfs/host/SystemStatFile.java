package kifs.kernel.procfs.host;

import java.nio.charset.StandardCharsets;
import java.util.List;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/** {@code /proc/stat}: CPU times, and counters since boot. Stateless and thread-safe. */
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
  private static final long NS_PER_S = 1_000_000_000L;

  static final long SYSTEM_FIELDS = Field.mask(List.of(FIELDS)) | Field.mask(SystemRecord.TIMES);

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
            in.put(into, FIELDS[i], FIELDS[i] == SystemRecord.BOOT ? NS_PER_S : 1);
          }
          break;
        }
      }
    } while (in.nextLine());
  }

  /**
   * Moves to the line of the next CPU.
   *
   * @return the CPU's number; -1 if there are no more
   */
  public static int nextCpu(ByteCursor in) {
    do {
      // The line of one CPU has a digit after "cpu", the line of all CPUs a space.
      if (in.peek() == 'c' && in.skip(CPU) && in.peek() != ' ' && in.number()) {
        return (int) in.value();
      }
    } while (in.nextLine());
    return -1;
  }

  /** Fills the times of a CPU record from the line to which {@link #nextCpu} moved. */
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

  private static byte[] key(String name) {
    return (name + " ").getBytes(StandardCharsets.US_ASCII);
  }
}
