package kifs.kernel.record;

import java.util.List;

/** The kinds of CPU time, the same in SYSTEM and in CPU, in the order of /proc/stat. Stateless. */
public final class CpuTimes {
  private static final List<String[]> KINDS =
      List.of(
          new String[] {"user_ns", "in user space, guests included"},
          new String[] {"nice_ns", "in user space at a low priority"},
          new String[] {"system_ns", "in the kernel"},
          new String[] {"idle_ns", "spent idle"},
          new String[] {"iowait_ns", "spent idle while a task waited for I/O"},
          new String[] {"irq_ns", "for serving interrupts"},
          new String[] {"softirq_ns", "for serving soft interrupts"},
          new String[] {"steal_ns", "that the hypervisor gave to others"},
          new String[] {"guest_ns", "for running a guest; part of user_ns"},
          new String[] {"guest_nice_ns", "for running a guest at a low priority; part of nice_ns"});

  private CpuTimes() {}

  static List<Field> in(Layout layout, String line) {
    return KINDS.stream()
        .map(
            kind ->
                layout.u64(
                    kind[0], "ns", "CPU time " + kind[1], "/proc/stat, the " + line + " line"))
        .toList();
  }
}
