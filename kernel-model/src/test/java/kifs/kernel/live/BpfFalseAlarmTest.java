package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link FalseAlarmTest}, with a BPF program that finds the blocked threads. */
class BpfFalseAlarmTest extends FalseAlarmTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
