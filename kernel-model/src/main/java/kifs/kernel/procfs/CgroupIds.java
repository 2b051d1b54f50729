package kifs.kernel.procfs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;

/**
 * Finds the id of a cgroup by its path, and remembers it for one pass: processes are many, cgroups
 * few, and a path is another cgroup's only after the first was removed. Not thread-safe.
 */
final class CgroupIds {
  private static final int SLOTS = 1024;

  private final byte[] mount;
  private final byte[][] paths = new byte[SLOTS][];
  private final long[] ids = new long[SLOTS];
  private final NativeBuffer found = NativeBuffer.allocate(Statx.BYTES);

  /**
   * @param mount where cgroup v2 is mounted; null: nowhere
   */
  CgroupIds(String mount) {
    this.mount = mount == null ? null : mount.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Fills CGROUP_ID from a cgroup file; absent if its cgroup has gone, or can't be seen. */
  void put(ByteCursor file, Record into) {
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
    int slot = (hash ^ hash >>> 16) & SLOTS - 1;
    byte[] known = paths[slot];
    if (known == null || !Arrays.equals(known, 0, known.length, bytes, start, end)) {
      known = Arrays.copyOfRange(bytes, start, end);
      paths[slot] = known;
      ids[slot] = inode(known);
    }
    if (ids[slot] > 0) {
      into.set(ProcessRecord.CGROUP_ID, ids[slot]);
    }
  }

  private long inode(byte[] path) {
    NativeBuffer whole = NativeBuffer.allocate(mount.length + path.length + 1);
    whole.buffer().put(0, mount).put(mount.length, path);
    int result = LibC.statx(LibC.AT_FDCWD, whole.address(), 0, Statx.WANT_INODE, found.address());
    return result < 0 ? result : found.buffer().getLong(Statx.INODE);
  }
}
