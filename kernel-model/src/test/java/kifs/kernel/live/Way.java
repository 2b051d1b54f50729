package kifs.kernel.live;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import kifs.kernel.bpf.BpfSource;
import kifs.kernel.bpf.program.BpfException;
import kifs.kernel.bpf.program.BpfProgram;
import kifs.kernel.procfs.ProcfsSource;

/**
 * The two ways of making passes by BPF programs. Tests use both on this kernel, whichever the
 * source would choose.
 */
public enum Way {
  /** Sweeps, as on Linux 6.7 and newer. */
  SWEEP(Set.of()),

  /** Walks, as on older kernels. Omits a program without which sweeps can't run. */
  WALK(Set.of(BpfProgram.LIST));

  private final Set<BpfProgram> without;

  Way(Set<BpfProgram> without) {
    this.without = without;
  }

  /** The programs to omit. */
  public Set<BpfProgram> without() {
    return without;
  }

  /** Opens the source of this host with passes of this way. */
  public BpfSource open() throws IOException {
    return open(without);
  }

  /** Opens the source as if the kernel refused the programs of both ways. */
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
