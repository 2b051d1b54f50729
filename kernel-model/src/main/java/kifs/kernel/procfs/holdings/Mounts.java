package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import kifs.kernel.linux.Statx;
import kifs.kernel.procfs.scan.ByteCursor;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.MountInfo;
import kifs.kernel.procfs.scan.Scan;

/**
 * Which mounts nobody should stat through: a server that doesn't answer would hold up whoever does.
 * A pass has one; mounts of other namespaces are looked up when a file on one is met. Not
 * thread-safe.
 */
final class Mounts {
  /** Their kernels ask the server again whenever a file is reached by a link of /proc. */
  private static final Set<String> REMOTE = Set.of("nfs", "nfs4", "9p");

  private static final long LOCAL = -1;

  private final int root;

  /** By mount id: the device of a remote one, else LOCAL. */
  private final Map<Long, Long> devices = new HashMap<>();

  Mounts(int root) {
    this.root = root;
  }

  /**
   * The device of that mount if it is remote.
   *
   * @param pid a process that has a file on it
   * @return as st_dev; -1: stat(2) tells
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
      // What is mounted nowhere any more stands in no list.
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

  /** {@code id parent major:minor root mountpoint options tags… - type source options}. */
  void add(String line) {
    String[] words = line.split(" ");
    int dash = MountInfo.separator(words);
    if (dash < 0) {
      return;
    }
    int colon = words[2].indexOf(':');
    try {
      long device =
          Statx.device(
              Long.parseLong(words[2].substring(0, colon)),
              Long.parseLong(words[2].substring(colon + 1)));
      devices.put(Long.parseLong(words[0]), REMOTE.contains(words[dash + 1]) ? device : LOCAL);
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      // An odd line spoils nothing but itself.
    }
  }
}
