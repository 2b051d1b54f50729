package kifs.kernel.linux.limits;

import java.nio.ByteBuffer;
import kifs.kernel.limits.LimitException;
import kifs.kernel.limits.SchedulingPolicy;
import kifs.kernel.limits.UtilizationClamp;
import kifs.kernel.linux.NativeBuffer;

/** A struct sched_attr of the kernel's uapi/linux/sched/types.h. Not thread-safe. */
final class SchedulingAttributes {
  private static final int SIZE = 0;
  private static final int POLICY = 4;
  private static final int FLAGS = 8;
  private static final int PRIORITY = 20;
  private static final int RUNTIME = 24;
  private static final int DEADLINE = 32;
  private static final int PERIOD = 40;
  private static final int UTIL_MIN = 48;
  private static final int UTIL_MAX = 52;

  /** SCHED_FLAG_RESET_ON_FORK, and the same flag in the policy of sched_setscheduler(2). */
  private static final long RESET_ON_FORK = 1;

  private static final int POLICY_RESET_ON_FORK = 0x4000_0000;

  /** SCHED_FLAG_KEEP_POLICY, KEEP_PARAMS, UTIL_CLAMP_MIN and UTIL_CLAMP_MAX. */
  private static final long CLAMP_ONLY = 0x08 | 0x10 | 0x20 | 0x40;

  private final NativeBuffer memory = NativeBuffer.allocate(SchedulingCalls.ATTRIBUTES_BYTES);

  /**
   * The attributes of a thread.
   *
   * @throws LimitException the error of the kernel
   */
  static SchedulingAttributes of(int tid) {
    SchedulingAttributes attributes = new SchedulingAttributes();
    require(attributes.memory.call(at -> SchedulingCalls.getAttributes(tid, at)));
    return attributes;
  }

  /**
   * Returns the result of a system call that asks for a value.
   *
   * @throws LimitException the error of the kernel
   */
  static int require(int result) {
    if (result < 0) {
      throw new LimitException(-result, "the kernel doesn't tell the present value");
    }
    return result;
  }

  private ByteBuffer buffer() {
    return memory.buffer();
  }

  boolean resetsOnFork() {
    return (buffer().getLong(FLAGS) & RESET_ON_FORK) != 0;
  }

  SchedulingPolicy policy() {
    int number = buffer().getInt(POLICY);
    return number == SchedulingPolicy.DEADLINE
        ? new SchedulingPolicy(
            number,
            0,
            buffer().getLong(RUNTIME),
            buffer().getLong(DEADLINE),
            buffer().getLong(PERIOD))
        : new SchedulingPolicy(number, buffer().getInt(PRIORITY));
  }

  UtilizationClamp clamp() {
    return new UtilizationClamp(buffer().getInt(UTIL_MIN), buffer().getInt(UTIL_MAX));
  }

  /** Sets the policy of a thread, and keeps its nice value. Returns 0 or a negative errno. */
  static int set(int tid, SchedulingPolicy policy, boolean resetsOnFork) {
    SchedulingAttributes attributes = new SchedulingAttributes();
    ByteBuffer buffer = attributes.buffer();
    if (policy.number() == SchedulingPolicy.DEADLINE) {
      buffer
          .putInt(POLICY, policy.number())
          .putLong(FLAGS, resetsOnFork ? RESET_ON_FORK : 0)
          .putLong(RUNTIME, policy.runtimeNs())
          .putLong(DEADLINE, policy.deadlineNs())
          .putLong(PERIOD, policy.periodNs());
      return attributes.setAll(tid);
    }
    buffer.putInt(0, policy.priority());
    int number = policy.number() | (resetsOnFork ? POLICY_RESET_ON_FORK : 0);
    return attributes.memory.call(at -> SchedulingCalls.setScheduler(tid, number, at));
  }

  /** Sets the bounds of a thread, and nothing else. Returns 0 or a negative errno. */
  static int set(int tid, UtilizationClamp clamp) {
    SchedulingAttributes attributes = new SchedulingAttributes();
    attributes
        .buffer()
        .putLong(FLAGS, CLAMP_ONLY)
        .putInt(UTIL_MIN, clamp.min())
        .putInt(UTIL_MAX, clamp.max());
    return attributes.setAll(tid);
  }

  private int setAll(int tid) {
    buffer().putInt(SIZE, memory.capacity());
    return memory.call(at -> SchedulingCalls.setAttributes(tid, at));
  }
}
