package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The walking program under a storm of processes: the same tests as for /proc. */
class WalkStormTest extends LiveStormTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.WALK.open();
  }
}
