package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.source.KernelSource;

/** Deadlocks, with the blocked threads found by a program: the same test as for /proc. */
class BpfLockCorpusTest extends LockCorpusTest {
  @Override
  KernelSource openSource() throws IOException {
    return Way.SWEEP.open();
  }
}
