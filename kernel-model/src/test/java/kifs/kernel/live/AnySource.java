package kifs.kernel.live;

import java.io.IOException;
import java.nio.file.Path;
import kifs.kernel.procfs.ProcfsSource;
import kifs.kernel.source.KernelSource;

/** The sources of this host, for tests whose expectations are the same for each of them. */
enum AnySource {
  PROCFS,
  SWEEP,
  WALK;

  KernelSource open() throws IOException {
    return switch (this) {
      case PROCFS -> ProcfsSource.open(Path.of("/proc"));
      case SWEEP -> Way.SWEEP.open();
      case WALK -> Way.WALK.open();
    };
  }
}
