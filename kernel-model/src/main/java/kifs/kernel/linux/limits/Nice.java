package kifs.kernel.linux.limits;

import kifs.kernel.limits.NiceValue;
import kifs.kernel.linux.Syscalls;

/** The nice value. */
final class Nice extends ThreadSetting<Integer> {
  private static final int OFFSET = 20;

  @Override
  Integer get(int tid) {
    return OFFSET - SchedulingAttributes.require(SchedulingCalls.getpriority(tid));
  }

  @Override
  int set(int tid, Integer value, Integer old) {
    return Syscalls.setNice(tid, value);
  }

  @Override
  Integer parse(String text) {
    return NiceValue.parseNice(text);
  }

  @Override
  String text(Integer value) {
    return value.toString();
  }
}
