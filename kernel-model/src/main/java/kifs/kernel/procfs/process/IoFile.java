package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;

/**
 * {@code /proc/[pid]/io} and {@code /proc/[pid]/task/[tid]/io}: {@code key: number} lines.
 * Stateless and thread-safe.
 */
public final class IoFile {
  private static final byte[][] KEYS =
      keys(
          "rchar:",
          "wchar:",
          "syscr:",
          "syscw:",
          "read_bytes:",
          "write_bytes:",
          "cancelled_write_bytes:");

  private static final Field[] PROCESS = {
    ProcessRecord.RCHAR,
    ProcessRecord.WCHAR,
    ProcessRecord.SYSCR,
    ProcessRecord.SYSCW,
    ProcessRecord.READ,
    ProcessRecord.WRITE,
    ProcessRecord.CANCELLED_WRITE
  };

  private static final Field[] THREAD = {
    ThreadRecord.RCHAR,
    ThreadRecord.WCHAR,
    ThreadRecord.SYSCR,
    ThreadRecord.SYSCW,
    ThreadRecord.READ,
    ThreadRecord.WRITE,
    ThreadRecord.CANCELLED_WRITE
  };

  public static final long PROCESS_FIELDS = Field.mask(PROCESS);
  public static final long THREAD_FIELDS = Field.mask(THREAD);

  private IoFile() {}

  public static void parse(ByteCursor in, long fields, Record into) {
    Field[] known = into.type() == ProcessRecord.TYPE ? PROCESS : THREAD;
    do {
      for (int i = 0; i < KEYS.length; i++) {
        if (in.skip(KEYS[i])) {
          if ((fields & known[i].bit()) != 0) {
            in.put(into, known[i]);
          }
          break;
        }
      }
    } while (in.nextLine());
  }

  private static byte[][] keys(String... names) {
    byte[][] keys = new byte[names.length][];
    for (int i = 0; i < names.length; i++) {
      keys[i] = names[i].getBytes(StandardCharsets.US_ASCII);
    }
    return keys;
  }
}
