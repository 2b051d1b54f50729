package kifs.kernel.procfs;

import java.io.IOException;
import java.nio.file.Path;
import kifs.kernel.bpf.BpfException;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.source.KernelSource;

/** What the kernel tells by the programs: the same tests as for /proc. */
class BpfEventsTest extends LiveEventsTest {
  @Override
  KernelSource openSource() throws IOException {
    try {
      return BpfSource.open(ProcfsSource.open(Path.of("/proc")));
    } catch (BpfException e) {
      throw new IOException(e);
    }
  }
}
