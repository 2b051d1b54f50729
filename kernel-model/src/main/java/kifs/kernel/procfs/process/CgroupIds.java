package kifs.kernel.procfs.process;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * Finds the id of a cgroup by its path, and remembers it for one pass: processes are many, cgroups
 * few, and a path is another cgroup's only after the first was removed. Not thread-safe.
 */
public final class CgroupIds {
  private final byte[] mount;
  private final byte[][] paths;
  private final long[] ids;

  /**
   * @param mount where cgroup v2 is mounted; null: nowhere
   * @param slots how many to remember at the most, a power of 2
   */
  public CgroupIds(String mount, int slots) {
    this.mount = mount == null ? null : mount.getBytes(StandardCharsets.ISO_8859_1);
    paths = new byte[slots][];
    ids = new long[slots];
  }

  /** Fills CGROUP_ID from the cgroup file just loaded; absent if its cgroup can't be seen. */
  void put(Scan scan, Record into) {
    ByteCursor file = scan.cursor;
    int end = mount == null ? -1 : CgroupFile.v2Path(file);
    if (end < 0) {
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
