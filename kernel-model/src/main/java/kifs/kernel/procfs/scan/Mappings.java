package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.Statx;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.shm.ShmPath;

/**
 * {@code /proc/[pid]/maps}: {@code start-end perms offset major:minor inode path}, one mapping a
 * line. A flyweight that goes from line to line without making garbage; a line that can't be
 * understood is skipped. Not thread-safe.
 */
public final class Mappings {
  private static final int HEXADECIMAL = 16;
  private static final int DECIMAL = 10;
  private static final int PERMISSIONS = 4;

  private ByteBuffer text = ByteBuffer.allocate(0);
  private byte[] bytes;
  private int end;
  private int at;

  /** Where the line being parsed ends, how far it is parsed, whether it was understood so far. */
  private int stop;

  private int position;
  private boolean understood;

  private boolean complete;

  /** Addresses of the first byte and behind the last one. */
  public long from;

  public long to;

  public boolean executable;

  /** Where in the file the mapping begins, bytes. */
  public long offset;

  /** As st_dev. */
  public long device;

  /** 0: anonymous memory. */
  public long inode;

  /** Where in {@link #text} the path lies, or what the kernel calls the memory. */
  public int path;

  /** 0: anonymous memory without a name. */
  public int pathLength;

  public void over(ByteCursor in) {
    bytes = in.bytes();
    at = in.position();
    end = in.end();
    complete = true;
    if (text.array() != bytes) {
      text = ByteBuffer.wrap(bytes);
    }
  }

  public ByteBuffer text() {
    return text;
  }

  /** Goes to the next mapping; false: there is none. */
  public boolean next() {
    while (at < end) {
      position = at;
      stop = at;
      while (stop < end && bytes[stop] != '\n') {
        stop++;
      }
      at = stop + 1;
      parse();
      if (understood) {
        return true;
      }
      complete = false;
    }
    return false;
  }

  /** Goes to the next mapping that has a path of a file; false: there is none. */
  public boolean nextFile() {
    while (next()) {
      if (pathLength > 0 && bytes[path] == '/') {
        return true;
      }
    }
    return false;
  }

  /** Whether no line was skipped so far. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether the mapping holds that address. */
  public boolean holds(long address) {
    return Long.compareUnsigned(address, from) >= 0 && Long.compareUnsigned(address, to) < 0;
  }

  /** A copy of the path, one char a byte; empty: anonymous memory without a name. */
  public String name() {
    return new String(bytes, path, pathLength, StandardCharsets.ISO_8859_1);
  }

  /** Bytes of shared-memory objects in all mappings from here on. */
  public long shared(ShmDevices devices) {
    long shared = 0;
    while (nextFile()) {
      shared += ShmPath.of(text(), path, pathLength, device, devices).kind() == 0 ? 0 : to - from;
    }
    return shared;
  }

  private void parse() {
    understood = true;
    from = number(HEXADECIMAL, '-');
    to = number(HEXADECIMAL, ' ');
    executable = position + 2 < stop && bytes[position + 2] == 'x';
    position += PERMISSIONS;
    understood &= position < stop && bytes[position++] == ' ';
    offset = number(HEXADECIMAL, ' ');
    long major = number(HEXADECIMAL, ':');
    device = Statx.device(major, number(HEXADECIMAL, ' '));
    inode = number(DECIMAL, ' ');
    while (position < stop && bytes[position] == ' ') {
      position++;
    }
    path = Math.min(position, stop);
    pathLength = stop - path;
  }

  /**
   * The number that begins here; what follows it is skipped, and must be that or the line's end.
   */
  private long number(int radix, char after) {
    int start = position;
    long value = 0;
    int digit;
    while (position < stop && (digit = Character.digit(bytes[position], radix)) >= 0) {
      value = value * radix + digit;
      position++;
    }
    understood &= position > start && (position == stop || bytes[position] == after);
    position++;
    return value;
  }
}
