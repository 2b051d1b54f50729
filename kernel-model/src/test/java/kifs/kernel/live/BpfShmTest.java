package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link LiveShmTest}, with BPF iterators over files and mappings. */
class BpfShmTest extends LiveShmTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
