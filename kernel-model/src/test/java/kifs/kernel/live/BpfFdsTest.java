package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link LiveFdsTest}, with BPF iterators over open files. */
class BpfFdsTest extends LiveFdsTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
