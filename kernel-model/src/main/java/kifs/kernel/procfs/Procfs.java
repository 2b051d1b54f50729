package kifs.kernel.procfs;

import kifs.kernel.locks.blocked.CallWaits;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.graph.LockMonitor;
import kifs.kernel.procfs.cgroups.ProcfsCgroups;
import kifs.kernel.procfs.holdings.HeldFacts;
import kifs.kernel.procfs.holdings.ProcfsShm;
import kifs.kernel.procfs.locks.ProcfsLockFacts;
import kifs.kernel.procfs.locks.WaitClassifier;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.scan.ProcRoot;

/**
 * Holds what the passes over one /proc share: the open /proc, the paths at which shared memory and
 * cgroups were found, and the implementations that find out what threads wait for and what
 * processes hold. Thread-safe.
 */
final class Procfs {
  private final Proc proc;
  private final ProcfsShm shm;
  private final ProcfsCgroups cgroups;
  private volatile LockMonitor locks;
  private volatile HeldFacts held = HeldFacts.NONE;

  Procfs(ProcRoot root) {
    proc = new Proc(root, guard -> new WaitClassifier(root.fd(), guard));
    shm = new ProcfsShm(proc, this::held);
    cgroups = new ProcfsCgroups(root, proc.system(), proc.hierarchies());
    setLockFacts(new ProcfsLockFacts(proc));
  }

  Proc proc() {
    return proc;
  }

  ProcfsShm shm() {
    return shm;
  }

  ProcfsCgroups cgroups() {
    return cgroups;
  }

  LockMonitor locks() {
    return locks;
  }

  /** Replaces the facts about blocked threads from which later passes make WAIT records. */
  void setLockFacts(LockFacts facts) {
    locks = new LockMonitor(new CallWaits(facts));
  }

  HeldFacts held() {
    return held;
  }

  /** Replaces the source of the facts about what processes hold. */
  void setHeldFacts(HeldFacts facts) {
    held = facts;
  }
}
