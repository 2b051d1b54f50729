package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The programs under a storm of processes: the same tests as for /proc. */
class BpfStormTest extends LiveStormTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
