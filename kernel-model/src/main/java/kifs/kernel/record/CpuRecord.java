package kifs.kernel.record;

import java.util.List;

/** CPU, one per processor that is online. */
public final class CpuRecord {
  private static final Layout L = new Layout(9, "CPU", "one per processor online");

  public static final Field CPU =
      L.u32("cpu", "", "the processor's number", "/proc/stat, cpuN lines");

  static {
    L.reserve(4);
    L.absent();
  }

  /** user, nice, system, idle, iowait, irq, softirq, steal, guest, guest nice. */
  public static final List<Field> TIMES = CpuTimes.in(L, "cpuN");

  public static final RecordType TYPE = L.fixed();

  private CpuRecord() {}
}
