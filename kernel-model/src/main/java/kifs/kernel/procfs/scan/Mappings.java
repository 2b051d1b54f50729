package kifs.kernel.procfs.scan;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.LongPredicate;
import kifs.kernel.linux.Statx;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.shm.ShmPath;

/**
 * {@code /proc/[pid]/maps}: {@code start-end perms offset major:minor inode path}, one mapping a
 * line. A flyweight: it moves from line to line without making garbage, and skips a line that it
 * can't parse. Not thread-safe.
 */
public final class Mappings {
  private static final int HEXADECIMAL = 16;
  private static final int DECIMAL = 10;
  private static final int PERMISSIONS = 4;

  private ByteBuffer text = ByteBuffer.allocate(0);
  private byte[] bytes = text.array();
  private int end;
  private int at;

  /** End of the line that is being parsed. */
  private int stop;

  /** How far the line is parsed. */
  private int position;

  /** Whether the line has the right form so far. */
  private boolean understood;

  private boolean complete;

  /** Address of the first byte, and the address after the last byte. */
  public long from;

  public long to;

  public boolean executable;

  /** Whether other processes can share what is written there: the mapping is not private. */
  public boolean shared;

  /** Where in the file the mapping begins, bytes. */
  public long offset;

  /** The device of the file as in {@code st_dev}. */
  public long device;

  /** Inode number of the file. 0 means anonymous memory. */
  public long inode;

  /** Where in {@link #text} the path begins, or the kernel's name of the memory. */
  public int path;

  /** Bytes of the path. 0 means anonymous memory without a name. */
  public int pathLength;

  /** Begins before the first mapping of a text, whose bytes are not copied. */
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

  /** Moves to the next mapping. Returns false if there is none. */
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

  /**
   * Moves to the next mapping of a file that other processes can share, which is one with the flag
   * {@code s}. Returns false if there is none.
   */
  public boolean nextShared() {
    while (next()) {
      if (shared && pathLength > 0 && bytes[path] == '/') {
        return true;
      }
    }
    return false;
  }

  /** Whether no line was skipped so far. */
  public boolean isComplete() {
    return complete;
  }

  /** Whether the mapping contains an address. */
  public boolean contains(long address) {
    return Long.compareUnsigned(address, from) >= 0 && Long.compareUnsigned(address, to) < 0;
  }

  /** A copy of the path, one char a byte. Empty means anonymous memory without a name. */
  public String name() {
    return new String(bytes, path, pathLength, StandardCharsets.ISO_8859_1);
  }

  /**
   * Adds up the bytes that the mappings after the present one map of shared-memory objects.
   *
   * @param tmpfs tells whether another device than those of shared memory is a tmpfs
   */
  public long sharedMemory(ShmDevices devices, LongPredicate tmpfs) {
    long sum = 0;
    while (nextShared()) {
      boolean isShm = ShmPath.of(text(), path, pathLength, device, devices, tmpfs).kind() != 0;
      sum += isShm ? to - from : 0;
    }
    return sum;
  }

  private void parse() {
    understood = true;
    from = number(HEXADECIMAL, '-');
    to = number(HEXADECIMAL, ' ');
    executable = position + 2 < stop && bytes[position + 2] == 'x';
    shared = position + 3 < stop && bytes[position + 3] == 's';
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

  /** Reads a number that {@code after} or the end of the line follows, and skips that. */
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
