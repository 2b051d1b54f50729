package kifs.kernel.procfs.host;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.record.Record;
import kifs.kernel.record.SystemRecord;

/** {@code /proc/vmstat}: {@code name number} lines. Stateless and thread-safe. */
final class VmstatFile {
  private static final byte[] OOM_KILL = "oom_kill ".getBytes(StandardCharsets.US_ASCII);

  static final long SYSTEM_FIELDS = SystemRecord.OOM_KILLS.bit();

  private VmstatFile() {}

  static void parse(ByteCursor in, Record into) {
    do {
      if (in.skip(OOM_KILL)) {
        in.put(into, SystemRecord.OOM_KILLS);
        return;
      }
    } while (in.nextLine());
  }
}
