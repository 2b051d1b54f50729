package kifs.kernel.procfs.guard;

import kifs.kernel.procfs.scan.ByteCursor;

/**
 * The text of a file that {@link GuardedReads#text} has read.
 *
 * @param length of the text, bytes; or a negative errno
 * @param total of the whole file, bytes; more than the length if the text is only its beginning
 * @param bytes the text, which no one else uses
 */
public record GuardedText(int length, long total, byte[] bytes) {
  private static final int WAITS = Integer.MIN_VALUE;

  /** Instead of a text: the read waits. */
  public static final GuardedText UNREADABLE = new GuardedText(WAITS, 0, new byte[0]);

  public boolean isUnreadable() {
    return length == WAITS;
  }

  /** A cursor at the beginning of the text. */
  public ByteCursor cursor() {
    return new ByteCursor().over(bytes, bytes.length);
  }
}
