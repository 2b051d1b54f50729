package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** The tests of {@link LockCorpusTest}, with a BPF program that finds the blocked threads. */
class BpfLockCorpusTest extends LockCorpusTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
