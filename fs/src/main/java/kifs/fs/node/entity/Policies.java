package kifs.fs.node.entity;

import java.util.List;

/** Names of scheduling policies, by the SCHED_* numbers of the kernel's uapi/linux/sched.h. */
public final class Policies {
  private static final List<String> NAMES =
      List.of("other", "fifo", "rr", "batch", "iso", "idle", "deadline", "ext");

  private Policies() {}

  /** The name of a policy; the number itself if it has no name here. */
  public static String name(long policy) {
    return policy >= 0 && policy < NAMES.size() ? NAMES.get((int) policy) : Long.toString(policy);
  }
}
