package kifs.kernel.record;

/**
 * Who may see a field or a record, by the rules of the kernel for its source. Later guards are
 * stricter.
 */
public enum Guard {
  /** Every user, as with a file of /proc that every user may read. */
  OPEN,
  /**
   * The users for whom the kernel's {@code ptrace_may_access(PTRACE_MODE_READ_FSCREDS)} succeeds
   * and who may read a file of mode 0400 of the process.
   */
  PTRACE,
  /**
   * The users for whom {@code PTRACE_MODE_ATTACH_FSCREDS} succeeds. It differs from {@link #PTRACE}
   * where the Yama security module restricts it.
   */
  ATTACH,
  /** The users who may see the guarded fields of every process: the figure is about all of them. */
  ALL_PROCESSES;

  /** The guard of a sum of fields with this guard. */
  Guard ofSum() {
    return this == OPEN ? OPEN : ALL_PROCESSES;
  }

  /** The stricter one of two guards. */
  public Guard or(Guard other) {
    return compareTo(other) < 0 ? other : this;
  }

  /** The name in the descriptions of records. */
  public String label() {
    return switch (this) {
      case OPEN -> "open";
      case PTRACE -> "ptrace";
      case ATTACH -> "attach";
      case ALL_PROCESSES -> "all";
    };
  }
}
