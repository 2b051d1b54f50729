package kifs.fs.node.entity;

/** Process and thread ids as the names of directories. */
public final class IdNames {
  private static final int MAX_DIGITS = 10;

  private IdNames() {}

  /**
   * Reads an id; -1 if the name isn't a number from 1 to 2^31-1 in the form in which the kernel
   * writes it.
   */
  public static int parse(String name) {
    if (name.isEmpty() || name.length() > MAX_DIGITS || name.charAt(0) == '0') {
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
