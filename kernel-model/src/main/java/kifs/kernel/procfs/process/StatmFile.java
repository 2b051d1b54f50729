package kifs.kernel.procfs.process;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * {@code /proc/[pid]/statm}: memory in pages, {@code size resident …}. Reading it costs a third of
 * reading status. Stateless and thread-safe.
 */
public final class StatmFile {
  public static final long PROCESS_FIELDS = ProcessRecord.VSIZE.bit() | ProcessRecord.RSS.bit();

  private StatmFile() {}

  public static void parse(ByteCursor in, long fields, Units units, Record into) {
    if ((fields & ProcessRecord.VSIZE.bit()) != 0) {
      in.put(into, ProcessRecord.VSIZE, units.pageBytes());
    } else {
      in.skipWord();
    }
    if ((fields & ProcessRecord.RSS.bit()) != 0) {
      in.put(into, ProcessRecord.RSS, units.pageBytes());
    }
  }
}
