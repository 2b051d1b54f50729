package kifs.kernel.procfs;

import kifs.kernel.locks.blocked.CallWaits;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.graph.LockMonitor;
import kifs.kernel.procfs.holdings.HeldFacts;
import kifs.kernel.procfs.holdings.ProcfsShm;
import kifs.kernel.procfs.locks.ProcfsLockFacts;
import kifs.kernel.procfs.locks.WaitClassifier;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.scan.ProcRoot;

/**
 * Holds what the passes over one /proc share: the open /proc, where its shared memory was found,
 * and who tells what threads wait for and what processes hold. Thread-safe.
 */
final class Procfs {
  private final Proc proc;
  private final ProcfsShm shm;
  private volatile LockMonitor locks;
  private volatile HeldFacts held = HeldFacts.NONE;

  Procfs(ProcRoot root) {
    proc = new Proc(root, new WaitClassifier(root.fd()));
    shm = new ProcfsShm(proc, this::held);
    tellLocksBy(new ProcfsLockFacts(proc));
  }

  Proc proc() {
    return proc;
  }

  ProcfsShm shm() {
    return shm;
  }

  LockMonitor locks() {
    return locks;
  }

  /** Replaces who tells what blocked threads wait for. */
  void tellLocksBy(LockFacts facts) {
    locks = new LockMonitor(new CallWaits(facts));
  }

  HeldFacts held() {
    return held;
  }

  /** Replaces who tells what processes hold. */
  void tellHoldingsBy(HeldFacts facts) {
    held = facts;
  }
}
