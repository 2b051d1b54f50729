package kifs.kernel.procfs.probe;

import java.util.function.Function;
import kifs.kernel.bulk.Host;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.cgroups.Hierarchies;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.host.SystemReader;
import kifs.kernel.procfs.process.Capabilities;
import kifs.kernel.procfs.process.CgroupIds;
import kifs.kernel.procfs.process.ProcessReader;
import kifs.kernel.procfs.process.SchedFile;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.process.ThreadReader;
import kifs.kernel.procfs.process.WaitReader;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.ProcRoot;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.Units;
import kifs.kernel.procfs.scan.Warnings;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * An open /proc: its root, the fields that it can provide (found out once, by trying), and the
 * readers of its files. It depends neither on passes nor on refs, so that every reader of a part of
 * /proc can receive it. Thread-safe.
 */
public final class Proc {
  private final ProcRoot root;
  private final LinuxClock clock = new LinuxClock();
  private final Warnings warnings = new Warnings();
  private final Capabilities capabilities;
  private final Hierarchies hierarchies;
  private final Host host;
  private final boolean mayTrace;
  private final SystemReader system;
  private final ProcessReader processes;
  private final ThreadReader threads;
  private final SchedulerClock schedulerClock;
  private final ShmDevices shmDevices;
  private final GuardedReads guard;

  /**
   * @param root must stay open while the constructor runs
   * @param waits makes what finds out for what one thread waits
   */
  public Proc(ProcRoot root, Function<GuardedReads, WaitReader> waits) {
    this.root = root;
    Units units = new Units(1_000_000_000L / Syscalls.ticksPerSecond(), Syscalls.pageSize());
    system = new SystemReader(root.fd(), units);
    Scan scan = root.scans().acquire();
    Probe probe = new Probe(scan, root.fd(), root.path());
    capabilities = probe.capabilities();
    hierarchies = probe.hierarchies();
    host = probe.host(system);
    probe.warnings().forEach(warnings::add);
    mayTrace = probe.mayTrace();
    schedulerClock = new SchedulerClock(clock, this::ownExecStart);
    shmDevices = Probe.shmDevices(capabilities.live());
    guard = new GuardedReads(root, capabilities.live(), clock);
    processes = new ProcessReader(capabilities, units, shmDevices, guard, probe.userNamespace());
    threads = new ThreadReader(units, waits.apply(guard), schedulerClock);
    root.scans().release(scan);
  }

  /**
   * Whether an id is the id of a process. The directory of /proc alone doesn't prove it, because
   * /proc also has directories of all other threads, which it doesn't list. The CPU-time clock of a
   * process answers in a fraction of a microsecond; otherwise the method reads {@code status}.
   */
  public boolean isProcess(Scan scan, int pid) {
    if (capabilities.clocks()) {
      // The kernel lets any thread read its process's clock by its own id.
      boolean caller = Syscalls.gettid() == pid && ProcessHandle.current().pid() != pid;
      return !caller && scan.processTime(pid) >= 0;
    }
    scan.inEntry(root.fd(), pid);
    return scan.load(FileName.STATUS) >= 0 && StatusFile.tgid(scan.cursor) == pid;
  }

  /**
   * Visits processes one by one, and skips those that have vanished.
   *
   * @param pids the processes to visit; null means all
   */
  public void forEachProcess(
      Scan scan, int @Nullable [] pids, Cancellation cancellation, ProcRoot.Visit visit) {
    IdList listed = new IdList();
    if (pids == null) {
      root.processes().read(scan, listed);
    }
    for (int pid : pids == null ? listed.toArray() : pids) {
      cancellation.check();
      root.withProcess(scan, pid, visit);
    }
  }

  /** The exec start of the calling thread, see {@link SchedFile#execStart}; -1 if not known. */
  private long ownExecStart() {
    Scan scan = root.scans().acquire();
    try {
      scan.inEntry(root.fd(), Syscalls.gettid());
      return scan.load(FileName.SCHED) < 0 ? -1 : SchedFile.execStart(scan.cursor);
    } finally {
      root.scans().release(scan);
    }
  }

  public ProcRoot root() {
    return root;
  }

  /** Does the reads that a process can hold up. */
  public GuardedReads guard() {
    return guard;
  }

  public Host host() {
    return host;
  }

  public LinuxClock clock() {
    return clock;
  }

  public Warnings warnings() {
    return warnings;
  }

  public Capabilities capabilities() {
    return capabilities;
  }

  /**
   * Whether kifs may trace other users' processes. If so, the kernel refuses only what it protects
   * from every process.
   */
  public boolean mayTrace() {
    return mayTrace;
  }

  /** The mounted hierarchies of cgroups. */
  public Hierarchies hierarchies() {
    return hierarchies;
  }

  public SystemReader system() {
    return system;
  }

  public ProcessReader processes() {
    return processes;
  }

  public ThreadReader threads() {
    return threads;
  }

  public SchedulerClock schedulerClock() {
    return schedulerClock;
  }

  public ShmDevices shmDevices() {
    return shmDevices;
  }

  /**
   * Makes a cache of cgroup ids.
   *
   * @param slots maximum number of cached ids, a power of 2
   */
  public CgroupIds newCgroupIds(int slots) {
    return new CgroupIds(capabilities.cgroups(), slots);
  }
}
