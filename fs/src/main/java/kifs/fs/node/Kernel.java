package kifs.fs.node;

import kifs.kernel.source.KernelSource;
import kifs.notifier.Notifier;

/** What the nodes are about, and what they are served by. */
public record Kernel(KernelSource source, Snapshots snapshots, Notifier notifier, Retries retries) {

  public Kernel(KernelSource source, Snapshots snapshots, Notifier notifier) {
    this(source, snapshots, notifier, new Retries());
  }
}
