package kifs.kernel.live;

import java.io.IOException;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.source.KernelSource;

/** What iterators see of shared memory of this host: the same tests as for /proc. */
class BpfShmTest extends LiveShmTest {
  @Override
  KernelSource openSource() throws IOException {
    try {
      return BpfSource.open((ProcfsSource) super.openSource());
    } catch (BpfException e) {
      throw new IOException(e);
    }
  }
}
