package kifs.kernel.live;

import java.io.IOException;
import java.nio.file.Path;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.source.KernelSource;

/** What the programs see of this host: the same tests as for /proc. */
class BpfSourceTest extends LiveSourceTest {
  @Override
  KernelSource openSource() throws IOException {
    try {
      return BpfSource.open(ProcfsSource.open(Path.of("/proc")));
    } catch (BpfException e) {
      throw new IOException(e);
    }
  }
}
