package kifs.kernel.procfs.host;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/**
 * {@code /proc/loadavg}, such as {@code 0.37 0.12 0.05 2/85 4751}: load averages over 1, 5 and 15
 * minutes, runnable and all threads, and the last pid. Stateless and thread-safe.
 */
public final class LoadavgFile {
  static final long SYSTEM_FIELDS =
      SystemRecord.LOAD1.bit()
          | SystemRecord.LOAD5.bit()
          | SystemRecord.LOAD15.bit()
          | SystemRecord.THREADS.bit();

  private LoadavgFile() {}

  public static void parse(ByteCursor in, long fields, Record into) {
    load(in, fields, into, SystemRecord.LOAD1);
    load(in, fields, into, SystemRecord.LOAD5);
    load(in, fields, into, SystemRecord.LOAD15);
    if ((fields & SystemRecord.THREADS.bit()) != 0 && in.number('/') && in.peek() == '/') {
      in.position(in.position() + 1);
      in.put(into, SystemRecord.THREADS);
    }
  }

  private static void load(ByteCursor in, long fields, Record into, Field field) {
    if (in.decimal(' ') && (fields & field.bit()) != 0) {
      into.setDouble(field, in.decimal());
    }
  }
}
