package kifs.kernel.linux.limits;

import kifs.kernel.limits.SchedulingPolicy;

/** The scheduling policy. Whether children get the usual policy instead stays as it is. */
final class Policy extends ThreadSetting<Policy.Value> {
  /**
   * @param resetsOnFork whether children get the usual policy, SCHED_RESET_ON_FORK
   */
  record Value(SchedulingPolicy policy, boolean resetsOnFork) {}

  @Override
  Value get(int tid) {
    SchedulingAttributes attributes = SchedulingAttributes.of(tid);
    return new Value(attributes.policy(), attributes.resetsOnFork());
  }

  @Override
  int set(int tid, Value value, Value old) {
    return SchedulingAttributes.set(tid, value.policy(), old.resetsOnFork());
  }

  @Override
  Value parse(String text) {
    return new Value(SchedulingPolicy.parse(text), false);
  }

  @Override
  String text(Value value) {
    return value.policy().text();
  }
}
