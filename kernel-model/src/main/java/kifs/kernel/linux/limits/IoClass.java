package kifs.kernel.linux.limits;

import kifs.kernel.limits.IoPriority;

/** The I/O priority. */
final class IoClass extends ThreadSetting<IoPriority> {
  @Override
  IoPriority get(int tid) {
    return IoPriority.of(SchedulingAttributes.require(SchedulingCalls.getIoPriority(tid)));
  }

  @Override
  int set(int tid, IoPriority value, IoPriority old) {
    return SchedulingCalls.setIoPriority(tid, value.number());
  }

  @Override
  IoPriority parse(String text) {
    return IoPriority.parse(text);
  }

  @Override
  String text(IoPriority value) {
    return value.text();
  }
}
