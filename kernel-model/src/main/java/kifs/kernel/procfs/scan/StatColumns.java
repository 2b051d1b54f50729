package kifs.kernel.procfs.scan;

/**
 * Finds columns in the line of a file {@code stat}: {@code pid (comm) state ppid …}. They are
 * counted from 1. The name may hold any character, so the columns after it are found from the
 * <em>last</em> parenthesis on. Stateless and thread-safe.
 */
public final class StatColumns {
  public static final int STATE = 3;
  public static final int FLAGS = 9;
  public static final int START_TIME = 22;
  public static final int EXIT_CODE = 52;

  private StatColumns() {}

  /**
   * Moves the cursor to a column after the name.
   *
   * @param in anywhere in the line
   * @return false if the line has no name
   */
  public static boolean seek(ByteCursor in, int column) {
    in.position(0);
    int close = in.lastIndexOf(')');
    if (close < 0) {
      return false;
    }
    in.position(close + 1);
    for (int at = STATE; at < column; at++) {
      in.skipWord();
    }
    in.skipBlanks();
    return true;
  }

  /** The number in a column after the name; -1 if there is none. */
  public static long number(ByteCursor in, int column) {
    return seek(in, column) && in.number() ? in.value() : -1;
  }
}
