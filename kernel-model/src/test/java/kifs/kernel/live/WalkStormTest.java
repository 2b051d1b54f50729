package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link LiveStormTest}, with passes by walks. */
class WalkStormTest extends LiveStormTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.WALK.open();
  }
}
