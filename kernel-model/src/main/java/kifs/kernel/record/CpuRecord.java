package kifs.kernel.record;

import java.util.List;

/** CPU, one per online CPU. */
public final class CpuRecord {
  private static final Layout LAYOUT = new Layout(9, "CPU", "one per online CPU");

  public static final Field CPU =
      LAYOUT.u32("cpu", "", "number of the CPU", "/proc/stat, cpuN lines");

  static {
    LAYOUT.reserve(4);
    LAYOUT.absent();
  }

  /** user, nice, system, idle, iowait, irq, softirq, steal, guest, guest nice. */
  public static final List<Field> TIMES = CpuTimes.in(LAYOUT, "cpuN");

  public static final RecordType TYPE = LAYOUT.fixed();

  private CpuRecord() {}
}
