package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;

/**
 * {@code /proc/[pid]/fdinfo/[fd]}: how a file was opened, in {@code key:\tvalue} lines. Holds the
 * last file parsed. Not thread-safe.
 */
final class FdinfoFile {
  private static final byte[] POSITION = key("pos:");
  private static final byte[] FLAGS = key("flags:");
  private static final byte[] MOUNT = key("mnt_id:");
  private static final byte[] INODE = key("ino:");

  private static final int OCTAL = 3;

  long position;
  long flags;

  /** Mount id; -1 if the file doesn't have it, as before Linux 3.15. */
  long mount;

  /** The kernel's own inode number; -1 if the file doesn't have it, as before Linux 5.14. */
  long inode;

  /**
   * Parses a file up to the line {@code ino}; the lines after it depend on the kind of file.
   * Returns false if the file has no flags.
   */
  boolean parse(ByteCursor in) {
    position = 0;
    flags = -1;
    mount = -1;
    inode = -1;
    do {
      if (in.skip(POSITION)) {
        position = in.number() ? in.value() : 0;
      } else if (in.skip(FLAGS)) {
        flags = octal(in);
      } else if (in.skip(MOUNT)) {
        mount = in.number() ? in.value() : -1;
      } else if (in.skip(INODE)) {
        inode = in.number() ? in.value() : -1;
        return flags >= 0;
      }
    } while (in.nextLine());
    return flags >= 0;
  }

  private static long octal(ByteCursor in) {
    in.skipBlanks();
    long sum = 0;
    int digit = in.peek() - '0';
    int start = in.position();
    while (digit >= 0 && digit < 8) {
      sum = sum << OCTAL | digit;
      in.position(in.position() + 1);
      digit = in.peek() - '0';
    }
    return in.position() > start ? sum : -1;
  }

  private static byte[] key(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }
}
