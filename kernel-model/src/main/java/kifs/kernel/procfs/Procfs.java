package kifs.kernel.procfs;

import java.util.Optional;
import kifs.kernel.bulk.Host;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.locks.CallWaits;
import kifs.kernel.locks.LockFacts;
import kifs.kernel.locks.LockMonitor;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ProcessRef;

/**
 * A /proc and what reads it: its root; what it gives, found out once; the readers of its files.
 * Thread-safe.
 */
final class Procfs {
  private final ProcRoot root;
  private final LinuxClock clock = new LinuxClock();
  private final Warnings warnings = new Warnings();
  private final Capabilities capabilities;
  private final Host host;
  private final boolean mayTrace;
  private final SystemReader system;
  private final ProcessReader processes;
  private final ThreadReader threads;
  private final SchedulerClock schedulerClock;
  private final ShmDevices shmDevices;
  private final ProcfsShm shm = new ProcfsShm(this);
  private volatile LockMonitor locks;
  private volatile HeldFacts held = HeldFacts.NONE;

  Procfs(ProcRoot root) {
    this.root = root;
    Units units = new Units(1_000_000_000L / LibC.ticksPerSecond(), LibC.pageSize());
    system = new SystemReader(root.fd(), units);
    Scan scan = root.scans().take();
    Probe probe = new Probe(scan, root.fd(), root.path());
    capabilities = probe.capabilities(system);
    host = probe.host(system);
    probe.warnings().forEach(warnings::add);
    mayTrace = probe.mayTrace();
    schedulerClock = new SchedulerClock(clock, this::ownExecStart);
    shmDevices = capabilities.live() ? ShmMeter.devices() : ShmMeter.USUAL;
    processes = new ProcessReader(capabilities, units, shmDevices);
    threads = new ThreadReader(units, new WaitClassifier(root.fd()), schedulerClock);
    tellLocksBy(new ProcfsLockFacts(this));
    root.scans().give(scan);
  }

  /** Binds to a process; empty if there is none of that id. */
  Optional<ProcessRef> process(int pid) {
    return pid <= 0 ? Optional.empty() : root.look(Optional.empty(), scan -> bind(scan, pid));
  }

  private Optional<ProcessRef> bind(Scan scan, int pid) {
    int dir = scan.bind(root.fd(), pid);
    if (dir < 0) {
      return Optional.empty();
    }
    // Bound first: had the id changed hands since, the directory would be empty for good.
    if (!isProcess(scan, pid)) {
      LibC.close(dir);
      return Optional.empty();
    }
    return Optional.of(new ProcfsProcess(this, pid, new BoundDirectory(dir)));
  }

  /**
   * Whether that id is a process's: /proc has hidden directories for the other threads, too. The
   * CPU-time clock tells in a fraction of a microsecond.
   */
  boolean isProcess(Scan scan, int pid) {
    if (capabilities.clocks()) {
      // The kernel lets any thread read its process's clock by its own id.
      boolean caller = LibC.gettid() == pid && ProcessHandle.current().pid() != pid;
      return !caller && scan.processTime(pid) >= 0;
    }
    scan.at(root.fd(), pid);
    return scan.load(Name.STATUS) >= 0 && StatusFile.tgid(scan.cursor) == pid;
  }

  /**
   * Visits processes one by one; those that have gone are passed over.
   *
   * @param pids null: all of them
   */
  void forEachProcess(Scan scan, int[] pids, Cancellation cancellation, ProcRoot.Visit visit) {
    Ids listed = new Ids();
    if (pids == null) {
      system.listProcesses(scan, listed);
    }
    for (int pid : pids == null ? listed.toArray() : pids) {
      cancellation.check();
      root.withProcess(scan, pid, visit);
    }
  }

  /** When the calling thread's time was last counted; -1: not told. */
  private long ownExecStart() {
    Scan scan = root.scans().take();
    try {
      scan.at(root.fd(), LibC.gettid());
      return scan.load(Name.SCHED) < 0 ? -1 : SchedFile.execStart(scan.cursor);
    } finally {
      root.scans().give(scan);
    }
  }

  ProcRoot root() {
    return root;
  }

  Host host() {
    return host;
  }

  LinuxClock clock() {
    return clock;
  }

  Warnings warnings() {
    return warnings;
  }

  Capabilities capabilities() {
    return capabilities;
  }

  /** Whether we are refused only what is protected from everybody. */
  boolean mayTrace() {
    return mayTrace;
  }

  SystemReader system() {
    return system;
  }

  ProcessReader processes() {
    return processes;
  }

  ThreadReader threads() {
    return threads;
  }

  SchedulerClock schedulerClock() {
    return schedulerClock;
  }

  ShmDevices shmDevices() {
    return shmDevices;
  }

  ProcfsShm shm() {
    return shm;
  }

  CgroupIds newCgroupIds(int slots) {
    return new CgroupIds(capabilities.cgroups(), slots);
  }

  LockMonitor locks() {
    return locks;
  }

  void tellLocksBy(LockFacts facts) {
    locks = new LockMonitor(new CallWaits(facts));
  }

  HeldFacts held() {
    return held;
  }

  void tellHoldingsBy(HeldFacts facts) {
    held = facts;
  }
}
