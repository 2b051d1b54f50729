package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.MountInfo;
import kifs.kernel.procfs.scan.Scan;

/**
 * Knows which mounts are remote. A stat of a file there could block, if its server doesn't answer.
 * Each pass has its own instance, which reads the mounts of another namespace when it meets a file
 * there. Not thread-safe.
 */
final class Mounts {
  /**
   * Filesystems that ask their server again each time a file is reached by a link of /proc, even
   * with AT_STATX_DONT_SYNC.
   */
  private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "9p");

  private static final long LOCAL = -1;

  private final int root;

  /** Maps a mount id to the device of a remote mount, or to LOCAL. */
  private final Map<Long, Long> devices = new HashMap<>();

  Mounts(int root) {
    this.root = root;
  }

  /**
   * The device of a mount if the mount is remote.
   *
   * @param pid a process that has a file on the mount
   * @return the device as in {@code st_dev}; -1 if the mount is local, so that stat(2) is safe
   */
  long remoteDevice(Scan scan, int pid, long mount) {
    if (mount < 0) {
      return LOCAL;
    }
    if (devices.isEmpty()) {
      scan.inDirectory(root);
      load(scan, FileName.SELF_MOUNTINFO);
    }
    Long device = devices.get(mount);
    if (device == null) {
      scan.inEntry(root, pid);
      load(scan, FileName.MOUNTINFO);
      // A mount that has been detached is in no list. It counts as local.
      device = devices.computeIfAbsent(mount, m -> LOCAL);
    }
    return device;
  }

  private void load(Scan scan, FileName name) {
    if (scan.loadWhole(name) >= 0) {
      ByteCursor in = scan.cursor;
      new String(in.bytes(), 0, in.end(), StandardCharsets.ISO_8859_1).lines().forEach(this::add);
    }
  }

  /**
   * Adds a line {@code id parent major:minor root mountpoint options tags… - type source options}.
   */
  void add(String line) {
    String[] words = line.split(" ");
    int dash = MountInfo.separator(words);
    if (dash < 0) {
      return;
    }
    long device = MountInfo.device(words[2]);
    try {
      devices.put(Long.parseLong(words[0]), REMOTE.contains(words[dash + 1]) ? device : LOCAL);
    } catch (NumberFormatException e) {
      // A malformed line is skipped.
    }
  }
}
