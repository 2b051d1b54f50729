package kifs.kernel.procfs;

import java.nio.ByteBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.shm.ShmPath;

/**
 * {@code /proc/[pid]/maps}: {@code start-end perms offset major:minor inode path}, one mapping a
 * line. A flyweight that goes from line to line of mapped files; anonymous mappings are passed
 * over. Not thread-safe.
 */
final class Mappings {
  private static final int ZERO = '0';

  private ByteBuffer text = ByteBuffer.allocate(0);
  private byte[] bytes;
  private int end;
  private int at;

  /** Addresses of the first byte and behind the last one. */
  long from;

  long to;

  /** As st_dev. */
  long device;

  long inode;

  /** Where in {@link #text} the path lies. */
  int path;

  int pathLength;

  void over(ByteCursor in) {
    bytes = in.bytes();
    at = in.position();
    end = in.end();
    if (text.array() != bytes) {
      text = ByteBuffer.wrap(bytes);
    }
  }

  ByteBuffer text() {
    return text;
  }

  /** Goes to the next mapping that has a path of a file; false: there is none. */
  boolean next() {
    while (at < end) {
      int line = at;
      int stop = line;
      while (stop < end && bytes[stop] != '\n') {
        stop++;
      }
      at = stop + 1;
      if (parse(line, stop)) {
        return true;
      }
    }
    return false;
  }

  /** Bytes of shared-memory objects in all mappings from here on. */
  long shared(ShmDevices devices) {
    long bytes = 0;
    while (next()) {
      bytes += ShmPath.of(text(), path, pathLength, device, devices).kind() == 0 ? 0 : to - from;
    }
    return bytes;
  }

  private boolean parse(int line, int stop) {
    int i = line;
    from = 0;
    for (; i < stop && bytes[i] != '-'; i++) {
      from = from << 4 | Character.digit(bytes[i], 16);
    }
    to = 0;
    for (i++; i < stop && bytes[i] != ' '; i++) {
      to = to << 4 | Character.digit(bytes[i], 16);
    }
    // Behind the permissions and the offset.
    i = word(word(i, stop), stop);
    long major = 0;
    for (i++; i < stop && bytes[i] != ':'; i++) {
      major = major << 4 | Character.digit(bytes[i], 16);
    }
    long minor = 0;
    for (i++; i < stop && bytes[i] != ' '; i++) {
      minor = minor << 4 | Character.digit(bytes[i], 16);
    }
    inode = 0;
    for (i++; i < stop && bytes[i] >= ZERO && bytes[i] <= '9'; i++) {
      inode = inode * 10 + (bytes[i] - ZERO);
    }
    while (i < stop && bytes[i] == ' ') {
      i++;
    }
    if (i >= stop || bytes[i] != '/') {
      return false;
    }
    device = Statx.device(major, minor);
    path = i;
    pathLength = stop - i;
    return true;
  }

  /** Behind the word that a blank at that place precedes. */
  private int word(int blank, int stop) {
    int i = blank + 1;
    while (i < stop && bytes[i] != ' ') {
      i++;
    }
    return i;
  }
}
