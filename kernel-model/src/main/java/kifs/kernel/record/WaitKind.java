package kifs.kernel.record;

import java.util.Arrays;

/**
 * The kinds of object that a thread can wait for. The codes are the values of THREAD's {@code
 * wait_kind} and of WAIT's {@code kind}.
 */
public enum WaitKind {
  NONE("none", "nothing known"),
  MUTEX("mutex", "mutex"),
  PI_MUTEX("pi-mutex", "PI mutex"),
  JOIN("join", "join"),
  FILE_LOCK("file-lock", "file lock"),
  CHILD("child", "child"),
  FUTEX("futex", "another kind of futex, or one whose owner isn't known"),
  RWLOCK("rwlock", "rwlock");

  private static final WaitKind[] ALL = values();

  /** The kinds as values of a field. */
  static final ValueNames NAMES =
      new ValueNames(
          "wait_kind",
          Arrays.stream(ALL)
              .map(kind -> new ValueNames.Value(kind.code(), kind.label, kind.doc))
              .toList());

  private final String label;
  private final String doc;

  WaitKind(String label, String doc) {
    this.label = label;
    this.doc = doc;
  }

  /** The code in records. */
  public int code() {
    return ordinal();
  }

  /** The label in attribute files and tables: {@code pi-mutex}. */
  public String label() {
    return label;
  }

  /** Whether such a wait can be part of a detected deadlock, because the owner can be found. */
  public boolean isDetectable() {
    return this != NONE && this != FUTEX;
  }

  /**
   * Whether such a wait is for a thread that should go on soon: for a lock that it holds, or for
   * its end. A wait for a child isn't, because shells and supervisors wait for their children all
   * day.
   */
  public boolean isForThread() {
    return isDetectable() && this != CHILD;
  }

  /** Whether the thread waits for a lock that another thread or process holds. */
  public boolean isForLock() {
    return isForThread() && this != JOIN;
  }

  /**
   * Names an object of this kind as the waiting thread does: {@code 0x7f…}, {@code fd:4}, {@code
   * pid:12}, or {@code any} for any child.
   *
   * @param object as in WAIT's {@code object}
   */
  public String nameOf(long object) {
    return switch (this) {
      case FILE_LOCK -> "fd:" + object;
      case CHILD -> object == 0 ? "any" : "pid:" + object;
      default -> "0x" + Long.toHexString(object);
    };
  }

  /** The kind of that code; NONE for a code that this version doesn't know. */
  public static WaitKind of(long code) {
    return code >= 0 && code < ALL.length ? ALL[(int) code] : NONE;
  }
}
