package kifs.kernel.record;

import java.util.Arrays;
import java.util.stream.Collectors;

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

  /** The kind of that code; NONE for a code that this version doesn't know. */
  public static WaitKind of(long code) {
    return code >= 0 && code < ALL.length ? ALL[(int) code] : NONE;
  }

  /** {@code 0 nothing known, 1 mutex, …} */
  static String legend() {
    return Arrays.stream(ALL)
        .map(kind -> kind.code() + " " + kind.doc)
        .collect(Collectors.joining(", "));
  }
}
