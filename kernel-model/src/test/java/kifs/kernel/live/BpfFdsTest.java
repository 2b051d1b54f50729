package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** What iterators see of open fds of this host: the same tests as for /proc. */
class BpfFdsTest extends LiveFdsTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
