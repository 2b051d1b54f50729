package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link StuckMemoryTest}, with passes by sweeps. */
class BpfStuckMemoryTest extends StuckMemoryTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
