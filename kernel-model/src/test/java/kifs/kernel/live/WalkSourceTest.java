package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** What the walking program sees of this host: the same tests as for /proc. */
class WalkSourceTest extends LiveSourceTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.WALK.open();
  }
}
