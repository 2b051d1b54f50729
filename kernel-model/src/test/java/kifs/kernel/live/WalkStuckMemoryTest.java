package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link StuckMemoryTest}, with passes by walks. */
class WalkStuckMemoryTest extends StuckMemoryTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.WALK.open();
  }
}
