package kifs.kernel.linux.limits;

import kifs.kernel.linux.Syscalls;

/**
 * System calls about the scheduling of a thread, by its tid, for which the C library has no
 * functions. Results are those of {@link Syscalls}.
 */
final class SchedulingCalls {
  /** Size of a struct sched_attr with the bounds of the utilization, of Linux 5.3. */
  static final int ATTRIBUTES_BYTES = 56;

  private static final boolean ARM = Syscalls.isAarch64();
  private static final long GETPRIORITY = ARM ? 141 : 140;
  private static final long SCHED_SETSCHEDULER = ARM ? 119 : 144;
  private static final long SCHED_SETATTR = ARM ? 274 : 314;
  private static final long SCHED_GETATTR = ARM ? 275 : 315;
  private static final long IOPRIO_SET = ARM ? 30 : 251;
  private static final long IOPRIO_GET = ARM ? 31 : 252;

  private static final int PRIO_PROCESS = 0;
  private static final int IOPRIO_WHO_PROCESS = 1;

  private SchedulingCalls() {}

  /** 20 minus the nice value of a thread. */
  static int getpriority(int tid) {
    return Syscalls.call(GETPRIORITY, PRIO_PROCESS, tid, 0, 0);
  }

  /**
   * Sets the policy of a thread, and keeps its nice value.
   *
   * @param priority the address of a struct sched_param: an s32
   */
  static int setScheduler(int tid, int policy, long priority) {
    return Syscalls.call(SCHED_SETSCHEDULER, tid, policy, priority, 0);
  }

  /** Fills a struct sched_attr of {@link #ATTRIBUTES_BYTES}. */
  static int getAttributes(int tid, long attributes) {
    return Syscalls.call(SCHED_GETATTR, tid, attributes, ATTRIBUTES_BYTES, 0);
  }

  /**
   * @param attributes a struct sched_attr, which begins with its size
   */
  static int setAttributes(int tid, long attributes) {
    return Syscalls.call(SCHED_SETATTR, tid, attributes, 0, 0);
  }

  static int getIoPriority(int tid) {
    return Syscalls.call(IOPRIO_GET, IOPRIO_WHO_PROCESS, tid, 0, 0);
  }

  static int setIoPriority(int tid, int priority) {
    return Syscalls.call(IOPRIO_SET, IOPRIO_WHO_PROCESS, tid, priority, 0);
  }
}
