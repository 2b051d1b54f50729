package kifs.kernel.procfs;

import kifs.kernel.bulk.Host;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.source.Cancellation;

/**
 * An open /proc: its root, what this kernel gives (found out once, by trying), and the readers of
 * its files. It knows neither passes nor refs, so that whatever reads a part of /proc can take it.
 * Thread-safe.
 */
final class Proc {
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

  /**
   * @param root held open by the caller while the constructor runs
   * @param waits reads what one thread waits for
   */
  Proc(ProcRoot root, WaitReader waits) {
    this.root = root;
    Units units = new Units(1_000_000_000L / Syscalls.ticksPerSecond(), Syscalls.pageSize());
    system = new SystemReader(root.fd(), units);
    Scan scan = root.scans().take();
    Probe probe = new Probe(scan, root.fd(), root.path());
    capabilities = probe.capabilities(system);
    host = probe.host(system);
    probe.warnings().forEach(warnings::add);
    mayTrace = probe.mayTrace();
    schedulerClock = new SchedulerClock(clock, this::ownExecStart);
    shmDevices = Probe.shmDevices(capabilities.live());
    processes = new ProcessReader(capabilities, units, shmDevices);
    threads = new ThreadReader(units, waits, schedulerClock);
    root.scans().give(scan);
  }

  /**
   * Whether that id is a process's: /proc has hidden directories for the other threads, too. The
   * CPU-time clock tells in a fraction of a microsecond.
   */
  boolean isProcess(Scan scan, int pid) {
    if (capabilities.clocks()) {
      // The kernel lets any thread read its process's clock by its own id.
      boolean caller = Syscalls.gettid() == pid && ProcessHandle.current().pid() != pid;
      return !caller && scan.processTime(pid) >= 0;
    }
    scan.inEntry(root.fd(), pid);
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
      scan.inEntry(root.fd(), Syscalls.gettid());
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

  CgroupIds newCgroupIds(int slots) {
    return new CgroupIds(capabilities.cgroups(), slots);
  }
}
