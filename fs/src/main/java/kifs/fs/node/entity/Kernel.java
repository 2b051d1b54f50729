package kifs.fs.node.entity;

import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.notify.Subscriptions;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.Notifier;

/** The kernel that the nodes show, and the services that all nodes share. Thread-safe. */
public record Kernel(
    KernelSource source, Snapshots snapshots, Notifier notifier, Subscriptions subscriptions) {

  public Kernel(KernelSource source, Snapshots snapshots, Notifier notifier) {
    this(source, snapshots, notifier, new Subscriptions(notifier));
  }

  /** The time since this kernel's boot, ns. */
  public long boottimeNs() {
    return source.clock().boottimeNs();
  }

  /**
   * Binds to the process that now has an id. The caller closes the ref.
   *
   * @throws FsException ENOENT if there is no such process
   */
  public ProcessRef process(int pid) {
    return source
        .process(pid)
        .orElseThrow(() -> new FsException(Errno.ENOENT, "no process " + pid));
  }
}
