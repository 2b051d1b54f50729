package kifs.kernel.live;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.procfs.ProcfsSource;

/** How passes by BPF programs are made: each way on this kernel, whichever it would take itself. */
public enum Way {
  /** As on Linux 6.7 and newer. */
  SWEEP(Set.of()),

  /** As on older ones, which refuse the programs that are left out. */
  WALK(Set.of(BpfProgram.LIST));

  private final Set<BpfProgram> without;

  Way(Set<BpfProgram> without) {
    this.without = without;
  }

  /** The source of this host. */
  public BpfSource open() throws IOException {
    return open(without);
  }

  /** Where the kernel refuses the programs of both ways. */
  public static BpfSource openNeither() throws IOException {
    return open(Set.of(BpfProgram.LIST, BpfProgram.WALK));
  }

  private static BpfSource open(Set<BpfProgram> without) throws IOException {
    try {
      return BpfSource.open(ProcfsSource.open(Path.of("/proc")), without);
    } catch (BpfException e) {
      throw new IOException(e);
    }
  }
}
