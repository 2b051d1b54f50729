package kifs.kernel.procfs.cgroups;

import static java.util.Map.entry;

import java.util.Map;
import java.util.function.UnaryOperator;
import kifs.kernel.limits.CgroupLimits;
import kifs.kernel.limits.LimitKind;
import org.jspecify.annotations.Nullable;

/**
 * The file that has a limit in one version of cgroups, and how the file's text differs from that of
 * cgroup v2. Immutable.
 *
 * @param file the file's name
 * @param toKernel makes the text of the file from that of v2
 * @param fromKernel makes the text of v2 from that of the file
 */
record LimitForm(String file, UnaryOperator<String> toKernel, UnaryOperator<String> fromKernel) {
  private static final String V1_UNLIMITED = "-1";
  private static final String FROZEN = "FROZEN";
  private static final String THAWED = "THAWED";
  private static final int USUAL_SHARES = 1024;
  private static final int USUAL_WEIGHT = 100;

  /** Several lines are one line here. */
  private static final String SEPARATOR = ", ";

  private static final Map<LimitKind, LimitForm> V2 =
      Map.ofEntries(
          entry(CgroupLimits.CPU, same("cpu.max")),
          entry(CgroupLimits.CPU_WEIGHT, same("cpu.weight")),
          entry(CgroupLimits.MEMORY, same("memory.max")),
          entry(CgroupLimits.MEMORY_HIGH, same("memory.high")),
          entry(CgroupLimits.MEMORY_RECLAIM, same("memory.reclaim")),
          entry(CgroupLimits.PIDS, same("pids.max")),
          entry(CgroupLimits.FREEZE, same("cgroup.freeze")),
          entry(CgroupLimits.KILL, same("cgroup.kill")),
          entry(CgroupLimits.IO, same("io.max")),
          entry(CgroupLimits.PROCESSES, same("cgroup.procs")),
          entry(CgroupLimits.THREADS, same("cgroup.threads")));

  private static final Map<LimitKind, LimitForm> V1 =
      Map.of(
          CgroupLimits.CPU,
              new LimitForm(
                  "cpu.cfs_quota_us",
                  LimitForm::unlimited,
                  quota -> quota.equals(V1_UNLIMITED) ? CgroupLimits.MAX : quota),
          CgroupLimits.CPU_WEIGHT,
              new LimitForm(
                  "cpu.shares",
                  weight -> scaled(weight, USUAL_SHARES, USUAL_WEIGHT),
                  shares -> scaled(shares, USUAL_WEIGHT, USUAL_SHARES)),
          CgroupLimits.MEMORY,
              new LimitForm(
                  "memory.limit_in_bytes",
                  LimitForm::unlimited,
                  bytes -> CgroupTexts.isUnlimited(bytes) ? CgroupLimits.MAX : bytes),
          CgroupLimits.PIDS, same("pids.max"),
          CgroupLimits.FREEZE,
              new LimitForm(
                  "freezer.state",
                  on -> on.equals("1") ? FROZEN : THAWED,
                  state -> state.equals(THAWED) ? "0" : "1"),
          CgroupLimits.PROCESSES, same("cgroup.procs"),
          CgroupLimits.THREADS, same("tasks"));

  /** The form of a limit; null if that version doesn't have it. */
  static @Nullable LimitForm of(LimitKind kind, boolean isV2) {
    return (isV2 ? V2 : V1).get(kind);
  }

  private static LimitForm same(String file) {
    return new LimitForm(file, text -> text, text -> text.replace("\n", SEPARATOR));
  }

  private static String unlimited(String text) {
    return text.equals(CgroupLimits.MAX) ? V1_UNLIMITED : text;
  }

  private static String scaled(String text, int by, int of) {
    try {
      long number = Long.parseLong(text);
      return Long.toString(Math.max(1, (number * by + of / 2) / of));
    } catch (NumberFormatException e) {
      return text;
    }
  }
}
