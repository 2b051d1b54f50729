package kifs.kernel.linux.limits;

import kifs.kernel.linux.Syscalls;

/**
 * System calls that change the rights of the calling thread. They are made by number, because the C
 * library's functions change all threads of a process. Results are those of {@link Syscalls}.
 */
final class RightsCalls {
  private static final boolean ARM = Syscalls.isAarch64();
  private static final long CAPSET = ARM ? 91 : 126;
  private static final long SETGROUPS = ARM ? 159 : 116;
  private static final long SETRESGID = ARM ? 149 : 119;
  private static final long SETRESUID = ARM ? 147 : 117;

  private RightsCalls() {}

  /** Sets the capabilities. The parameters are those of {@link Syscalls#capget}. */
  static int capset(long header, long data) {
    return Syscalls.call(CAPSET, header, data, 0, 0);
  }

  /**
   * Sets the supplementary groups.
   *
   * @param groups the address of u32 ids
   */
  static int setgroups(int count, long groups) {
    return Syscalls.call(SETGROUPS, count, groups, 0, 0);
  }

  /** Sets the real, effective and saved group id. */
  static int setresgid(long real, long effective, long saved) {
    return Syscalls.call(SETRESGID, real, effective, saved, 0);
  }

  /** Sets the real, effective and saved user id. */
  static int setresuid(long real, long effective, long saved) {
    return Syscalls.call(SETRESUID, real, effective, saved, 0);
  }
}
