package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** What iterators see of shared memory of this host: the same tests as for /proc. */
class BpfShmTest extends LiveShmTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
