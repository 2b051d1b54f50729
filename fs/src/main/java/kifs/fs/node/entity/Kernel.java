package kifs.fs.node.entity;

import kifs.fs.access.AccessRules;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.EntityBulk;
import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.notify.Subscriptions;
import kifs.fs.node.refusal.Refusals;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Node;
import kifs.kernel.record.Guard;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.notifier.Notifier;

/** The kernel that the nodes show, and the services that all nodes share. Thread-safe. */
public record Kernel(
    KernelSource source,
    Snapshots snapshots,
    Notifier notifier,
    AccessRules access,
    Refusals refusals,
    Subscriptions subscriptions) {

  public Kernel(KernelSource source, Snapshots snapshots, Notifier notifier, AccessRules access) {
    this(source, snapshots, notifier, access, new Refusals(access));
  }

  private Kernel(
      KernelSource source,
      Snapshots snapshots,
      Notifier notifier,
      AccessRules access,
      Refusals refusals) {
    this(
        source,
        snapshots,
        notifier,
        access,
        refusals,
        new Subscriptions(notifier, source, access, refusals));
  }

  /** Binds to the host, for a bulk with what a client may see. */
  public BoundBulk hostBulk(Caller caller) {
    Viewer viewer = access.viewer(caller);
    return query -> snapshots.takeShared(query, viewer);
  }

  /**
   * Binds to a process, for a bulk with what a client may see.
   *
   * @throws FsException ENOENT if there is no such process
   */
  public BoundBulk processBulk(int pid, Viewer viewer) {
    return EntityBulk.of(snapshots, process(pid), viewer);
  }

  /** Whether a client may now see what has a guard, of the process that has an id. */
  public boolean sees(Viewer viewer, int pid, Guard guard) {
    return viewer.sees(source, pid, guard);
  }

  /**
   * The owner of a guarded file of a process.
   *
   * @throws FsException ENOENT if there is no such process
   */
  public Node.Owner ownerOfGuarded(int pid) {
    try (ProcessRef process = process(pid)) {
      return access.owner(process);
    }
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
