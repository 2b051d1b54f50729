package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** What the programs see of this host: the same tests as for /proc. */
class BpfSourceTest extends LiveSourceTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
