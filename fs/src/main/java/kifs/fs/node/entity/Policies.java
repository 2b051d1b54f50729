package kifs.fs.node.entity;

import java.util.List;

/** Scheduling policies by the kernel's SCHED_* numbers. */
public final class Policies {
  private static final List<String> NAMES =
      List.of("other", "fifo", "rr", "batch", "iso", "idle", "deadline", "ext");

  private Policies() {}

  public static String name(long policy) {
    return policy >= 0 && policy < NAMES.size() ? NAMES.get((int) policy) : Long.toString(policy);
  }
}
