package kifs.fs.tree;

import java.util.HashMap;
import java.util.Map;

/**
 * Bounds how many of something each user may hold, and how many all users together may. Root is not
 * counted. A user can act under many ids (subordinate ids of a user namespace), so a bound for each
 * id alone would bound nothing. Thread-safe: the lock of this object guards the counts.
 */
public final class UserLimit {
  /** Stands for root, and for every client that sees everything. */
  public static final long ROOT = 0;

  private final int maxOfUser;
  private final int maxOfAll;
  private final Errno errno;
  private final String what;
  private final Map<Long, Integer> held = new HashMap<>();
  private int all;

  /**
   * @param errno what a user gets who asks for more
   * @param what the things, for the message: "open files"
   */
  public UserLimit(int maxOfUser, int maxOfAll, Errno errno, String what) {
    this.maxOfUser = maxOfUser;
    this.maxOfAll = maxOfAll;
    this.errno = errno;
    this.what = what;
  }

  /**
   * Counts one more. Each call that returns needs a {@link #give}.
   *
   * @throws FsException if the user, or all users together, hold the maximum
   */
  public synchronized void take(long uid) {
    if (uid == ROOT) {
      return;
    }
    int of = held.getOrDefault(uid, 0);
    if (of >= maxOfUser) {
      throw new FsException(errno, "user " + uid + " has " + of + " " + what + ", the maximum");
    }
    if (all >= maxOfAll) {
      throw new FsException(errno, "users have " + all + " " + what + ", the maximum");
    }
    held.put(uid, of + 1);
    all++;
  }

  /** Counts one less. */
  public synchronized void give(long uid) {
    if (uid != ROOT) {
      held.computeIfPresent(uid, (user, of) -> of == 1 ? null : of - 1);
      all--;
    }
  }

  /** How many all users but root hold now. */
  public synchronized int all() {
    return all;
  }

  public int maxOfUser() {
    return maxOfUser;
  }

  public int maxOfAll() {
    return maxOfAll;
  }
}
