package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ids of cgroups by their paths, and caches them for one pass. Many processes share few
 * cgroups, and a path can't belong to another cgroup until the first one is removed. Not
 * thread-safe.
 */
public final class CgroupIds {
  /** Finds no ids. */
  public static final CgroupIds NONE = new CgroupIds(null, 1);

  private final byte @Nullable [] mount;
  private final byte[][] paths;
  private final long[] ids;

  /**
   * @param mount the mount point of cgroup v2; null if it isn't mounted
   * @param slots maximum number of cached ids, a power of 2
   */
  public CgroupIds(@Nullable String mount, int slots) {
    this.mount = mount == null ? null : mount.getBytes(StandardCharsets.ISO_8859_1);
    paths = new byte[slots][];
    ids = new long[slots];
  }

  /**
   * Fills CGROUP_ID from the {@code cgroup} file that the scan has loaded. The field stays absent
   * if the cgroup isn't visible below the mount point.
   */
  void put(Scan scan, Record into) {
    ByteCursor file = scan.cursor;
    int end = CgroupFile.v2Path(file);
    if (mount == null || end < 0) {
      return;
    }
    byte[] bytes = file.bytes();
    int start = file.position();
    int hash = 0;
    for (int i = start; i < end; i++) {
      hash = hash * 31 + bytes[i];
    }
    int slot = (hash ^ hash >>> 16) & paths.length - 1;
    byte[] known = paths[slot];
    if (known == null || !Arrays.equals(known, 0, known.length, bytes, start, end)) {
      known = Arrays.copyOfRange(bytes, start, end);
      paths[slot] = known;
      ids[slot] = scan.inode(mount, known);
    }
    if (ids[slot] > 0) {
      into.set(ProcessRecord.CGROUP_ID, ids[slot]);
    }
  }
}
