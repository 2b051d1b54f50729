package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** No false alarm, with the blocked threads found by a program: the same test as for /proc. */
class BpfFalseAlarmTest extends FalseAlarmTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
