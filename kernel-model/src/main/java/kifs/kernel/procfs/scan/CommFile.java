package kifs.kernel.procfs.scan;

import java.util.Arrays;
import java.util.Optional;

/** {@code /proc/[pid]/comm}: the name and a newline. Stateless and thread-safe. */
public final class CommFile {
  private CommFile() {}

  /**
   * Reads the name.
   *
   * @param dir the open directory of the process or thread
   * @return empty if the process or thread has vanished
   */
  public static Optional<byte[]> read(Scan scan, int dir) {
    scan.inDirectory(dir);
    return read(scan);
  }

  /** Reads the name of the process or thread to which names are relative, as above. */
  public static Optional<byte[]> read(Scan scan) {
    int length = scan.load(FileName.COMM);
    return length <= 0
        ? Optional.empty()
        : Optional.of(Arrays.copyOf(scan.cursor.bytes(), length - 1));
  }
}
