package kifs.kernel.procfs.host;

import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/**
 * {@code /proc/sys/fs/file-nr}: the number of allocated file handles, how many of these are unused,
 * and their maximum. Stateless and thread-safe.
 */
public final class FileNrFile {
  static final long SYSTEM_FIELDS = SystemRecord.FILES_OPEN.bit() | SystemRecord.FILES_MAX.bit();

  private FileNrFile() {}

  public static void parse(ByteCursor in, long fields, Record into) {
    long allocated = in.number() ? in.value() : -1;
    long unused = in.number() ? in.value() : -1;
    if (allocated >= unused && unused >= 0 && (fields & SystemRecord.FILES_OPEN.bit()) != 0) {
      into.set(SystemRecord.FILES_OPEN, allocated - unused);
    }
    if ((fields & SystemRecord.FILES_MAX.bit()) != 0) {
      in.put(into, SystemRecord.FILES_MAX);
    }
  }
}
