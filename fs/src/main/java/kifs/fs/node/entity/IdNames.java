package kifs.fs.node.entity;

/** Process and thread ids as names. */
public final class IdNames {
  private static final int MOST_DIGITS = 10;

  private IdNames() {}

  /** The id, or -1: not a number as the kernel would write it. */
  public static int parse(String name) {
    if (name.isEmpty() || name.length() > MOST_DIGITS || name.charAt(0) == '0') {
      return -1;
    }
    long id = 0;
    for (int i = 0; i < name.length(); i++) {
      char digit = name.charAt(i);
      if (digit < '0' || digit > '9') {
        return -1;
      }
      id = id * 10 + digit - '0';
    }
    return id > Integer.MAX_VALUE ? -1 : (int) id;
  }
}
