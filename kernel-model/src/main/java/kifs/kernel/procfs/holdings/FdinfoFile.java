package kifs.kernel.procfs.holdings;

import java.nio.charset.StandardCharsets;
import kifs.kernel.procfs.scan.ByteCursor;

/** {@code /proc/[pid]/fdinfo/[fd]}: how a file was opened, {@code key:\tvalue} lines. */
final class FdinfoFile {
  private static final byte[] POSITION = key("pos:");
  private static final byte[] FLAGS = key("flags:");
  private static final byte[] MOUNT = key("mnt_id:");
  private static final byte[] INODE = key("ino:");

  private static final int OCTAL = 3;

  long position;
  long flags;

  /** -1: not told, as by Linux before 3.15. */
  long mount;

  /** As the kernel itself numbers it; -1: not told, as by Linux before 5.14. */
  long inode;

  /** What kinds of file have more to tell stands behind these lines. */
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
    int first = in.position();
    while (digit >= 0 && digit < 8) {
      sum = sum << OCTAL | digit;
      in.position(in.position() + 1);
      digit = in.peek() - '0';
    }
    return in.position() > first ? sum : -1;
  }

  private static byte[] key(String key) {
    return key.getBytes(StandardCharsets.US_ASCII);
  }
}
