package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link LiveSourceTest}, with passes by sweeps. */
class BpfSourceTest extends LiveSourceTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
