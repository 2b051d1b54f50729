package kifs.kernel.linux.limits;

import java.nio.file.Files;
import java.nio.file.Path;
import kifs.kernel.limits.UtilizationClamp;

/** The bounds of the utilization, which kernels with CONFIG_UCLAMP_TASK have. */
final class Clamp extends ThreadSetting<UtilizationClamp> {
  /** Kernels without the bounds lack this setting, and say 0 for both. */
  static final boolean IS_SUPPORTED =
      Files.exists(Path.of("/proc/sys/kernel/sched_util_clamp_min"));

  @Override
  UtilizationClamp get(int tid) {
    return SchedulingAttributes.of(tid).clamp();
  }

  @Override
  int set(int tid, UtilizationClamp value, UtilizationClamp old) {
    return SchedulingAttributes.set(tid, value);
  }

  @Override
  UtilizationClamp parse(String text) {
    return UtilizationClamp.parse(text);
  }

  @Override
  String text(UtilizationClamp value) {
    return value.text();
  }
}
