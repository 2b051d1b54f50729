package kifs.kernel.limits;

import java.util.BitSet;

/** Sets of CPUs as the kernel lists them: {@code 0-3,7}. Stateless. */
public final class CpuList {
  /** One more than the greatest number of a CPU. No kernel supports more (CONFIG_NR_CPUS). */
  public static final int MAX_CPUS = 8192;

  private CpuList() {}

  /**
   * @throws LimitException EINVAL if it isn't a list of CPUs and ranges of CPUs
   */
  public static BitSet parse(String text) {
    BitSet cpus = new BitSet();
    for (String part : text.split(",", -1)) {
      int dash = part.indexOf('-');
      int first = cpu(dash < 0 ? part : part.substring(0, dash), 0);
      int last = dash < 0 ? first : cpu(part.substring(dash + 1), first);
      cpus.set(first, last + 1);
    }
    return cpus;
  }

  private static int cpu(String word, int min) {
    return Numbers.inRange(word, min, MAX_CPUS - 1);
  }

  public static String text(BitSet cpus) {
    StringBuilder out = new StringBuilder();
    for (int first = cpus.nextSetBit(0); first >= 0; ) {
      int end = cpus.nextClearBit(first);
      out.append(out.isEmpty() ? "" : ",").append(first);
      if (end - first > 1) {
        out.append('-').append(end - 1);
      }
      first = cpus.nextSetBit(end);
    }
    return out.toString();
  }
}
