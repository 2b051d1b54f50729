package kifs.kernel.procfs.guard;

import kifs.kernel.procfs.scan.ByteCursor;

/**
 * The text of a file that {@link GuardedReads#text} has read.
 *
 * @param length of the text, bytes; or a negative errno
 * @param bytes the text, which no one else uses
 */
public record GuardedText(int length, byte[] bytes) {
  /** Instead of a text: the read waits. */
  public static final GuardedText UNREADABLE = new GuardedText(Integer.MIN_VALUE, new byte[0]);

  public boolean isUnreadable() {
    return this == UNREADABLE;
  }

  /** A cursor at the beginning of the text. */
  public ByteCursor cursor() {
    return new ByteCursor().over(bytes, bytes.length);
  }
}
