package kifs.kernel.live;

import java.io.IOException;
import java.nio.file.Path;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.source.KernelSource;

/** Deadlocks, with the blocked threads found by a program: the same test as for /proc. */
class BpfLockCorpusTest extends LockCorpusTest {
  @Override
  KernelSource openSource() throws IOException {
    try {
      return BpfSource.open(ProcfsSource.open(Path.of("/proc")));
    } catch (BpfException e) {
      throw new IOException(e);
    }
  }
}
