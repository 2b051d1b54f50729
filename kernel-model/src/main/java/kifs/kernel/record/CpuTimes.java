package kifs.kernel.record;

import java.util.List;

/** The kinds of CPU time, the same in SYSTEM and in CPU, in the order of /proc/stat. Stateless. */
public final class CpuTimes {
  /**
   * One kind.
   *
   * @param isCounter false: the kernel computes it from clocks of several CPUs, and it can fall
   */
  private record Kind(String name, String what, boolean isCounter) {
    Field in(Layout layout, String line) {
      String source = "/proc/stat, the " + line + " line";
      return isCounter
          ? layout.counter(name, "ns", "CPU time " + what, source)
          : layout.u64(name, "ns", "CPU time " + what, source);
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind("user_ns", "in user space, guests included", true),
          new Kind("nice_ns", "in user space at a low priority", true),
          new Kind("system_ns", "in the kernel", true),
          new Kind("idle_ns", "spent idle", false),
          new Kind("iowait_ns", "spent idle while a task waited for I/O", false),
          new Kind("irq_ns", "for serving interrupts", true),
          new Kind("softirq_ns", "for serving soft interrupts", true),
          new Kind("steal_ns", "that the hypervisor gave to others", true),
          new Kind("guest_ns", "for running a guest; part of user_ns", true),
          new Kind(
              "guest_nice_ns", "for running a guest at a low priority; part of nice_ns", true));

  private CpuTimes() {}

  static List<Field> in(Layout layout, String line) {
    return KINDS.stream().map(kind -> kind.in(layout, line)).toList();
  }
}
