package kifs.kernel.procfs.scan;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * Knows which filesystems are tmpfs, by the mounts of the processes that map their files. A device
 * may become another filesystem's, so each pass has its own instance. Not thread-safe.
 */
public final class TmpfsDevices {
  private final Map<Long, Boolean> devices = new HashMap<>();

  /**
   * Whether a device is a tmpfs. May read the mounts of a process. Names become relative to some
   * directory then, and the cursor of the scan loses what it holds.
   *
   * @param dir the open directory of a process that maps a file of the device
   * @param device as st_dev
   */
  public boolean has(Scan scan, int dir, long device) {
    return hasNoDisk(device) && devices.computeIfAbsent(device, of -> isMounted(scan, dir, of));
  }

  /** Whether the major number is 0, as that of every filesystem without a disk. */
  private static boolean hasNoDisk(long device) {
    return (device >>> 8 & 0xFFF) == 0 && device >>> 32 == 0;
  }

  private static boolean isMounted(Scan scan, int dir, long device) {
    // A main thread leaves its namespaces when it ends.
    LivingThread.enter(scan, dir);
    if (scan.loadWhole(FileName.MOUNTINFO) < 0) {
      return false;
    }
    String text =
        new String(scan.cursor.bytes(), 0, scan.cursor.end(), StandardCharsets.ISO_8859_1);
    return "tmpfs".equals(new MountInfo(text).type(device));
  }
}
