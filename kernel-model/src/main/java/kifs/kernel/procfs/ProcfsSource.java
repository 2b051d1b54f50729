package kifs.kernel.procfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Host;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.linux.events.LinuxEvents;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.procfs.holdings.HeldFacts;
import kifs.kernel.procfs.locks.ProcfsLockFacts;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.CgroupFile;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.ProcRoot;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.SourceKind;

/**
 * A kernel seen through /proc. Thread-safe.
 *
 * <p>The root may be another directory that looks like /proc. Then nothing is asked of the kernel
 * by process id, since ids there are not ours.
 */
public final class ProcfsSource implements KernelSource {
  private final Procfs procfs;
  private final Proc proc;
  private final LinuxEvents events;

  private ProcfsSource(Procfs procfs) {
    this.procfs = procfs;
    this.proc = procfs.proc();
    boolean live = proc.capabilities().live();
    events =
        new LinuxEvents(
            proc.clock(), proc.root().path(), live, this::process, proc.warnings()::add);
  }

  /**
   * @param procRoot {@code /proc}, or a directory like it
   * @throws IOException if it can't be opened
   */
  public static ProcfsSource open(Path procRoot) throws IOException {
    return new ProcfsSource(new Procfs(ProcRoot.open(procRoot)));
  }

  @Override
  public SourceKind kind() {
    return SourceKind.PROCFS;
  }

  @Override
  public Host host() {
    return proc.host();
  }

  @Override
  public KernelClock clock() {
    return proc.clock();
  }

  /** Of this kernel: whoever tells when a thread ran reads the same clock, so that all agree. */
  public SchedulerClock schedulerClock() {
    return proc.schedulerClock();
  }

  @Override
  public List<String> warnings() {
    return proc.warnings().all();
  }

  /**
   * Adds what an administrator should know besides, once: why there is no better source than this,
   * what the kernel refuses.
   */
  public void warn(String warning) {
    proc.warnings().add(warning);
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return proc.capabilities().fields(type, detail);
  }

  /**
   * {@inheritDoc}
   *
   * <p>Two passes run at one time, others wait. With COMMAND records a pass may wait for a process
   * that holds its own mmap lock, see {@link ProcessRef#commandLine}.
   */
  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    proc.root()
        .pass(
            null,
            cancellation,
            scan -> {
              new Pass(procfs, scan, query, false, into, cancellation).run();
              return null;
            });
  }

  @Override
  public long[] shmIds(Cancellation cancellation) {
    return procfs.shm().ids(cancellation);
  }

  @Override
  public Optional<ShmRef> shm(long id) {
    return procfs.shm().find(id);
  }

  @Override
  public int[] pids() {
    return proc.root()
        .look(
            new int[0],
            scan -> {
              IdList pids = new IdList();
              proc.system().listProcesses(scan, pids);
              return pids.toArray();
            });
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    return ProcfsProcess.bind(procfs, pid);
  }

  /**
   * Whether a process is in a cgroup or below it, in any hierarchy.
   *
   * @param cgroup a path, one char a byte
   * @return false, too, if it has gone
   */
  public boolean isInCgroup(int pid, String cgroup) {
    byte[] path = cgroup.getBytes(StandardCharsets.ISO_8859_1);
    return proc.root()
        .look(
            false,
            scan -> {
              scan.inEntry(proc.root().fd(), pid);
              return scan.loadWhole(FileName.CGROUP) >= 0 && CgroupFile.isIn(scan.cursor, path);
            });
  }

  @Override
  public void readSystem(long fields, Record into) {
    proc.root()
        .look(
            null,
            scan -> {
              proc.system().read(scan, fields, into);
              return null;
            });
  }

  @Override
  public KernelEvents events() {
    return events;
  }

  /** Ends all watches. Afterwards there is nothing to be seen, through refs neither. */
  @Override
  public void close() {
    events.close();
    proc.root().close();
  }

  /** Whether we are refused only what is protected from everybody. */
  public boolean mayTrace() {
    return proc.mayTrace();
  }

  /**
   * Has somebody else tell the facts of blocked threads, who can do it faster.
   *
   * @param wrap makes them, given what /proc tells
   */
  public void tellLocksBy(UnaryOperator<LockFacts> wrap) {
    procfs.tellLocksBy(wrap.apply(newLockFacts()));
  }

  /** What /proc tells of blocked threads, for a look by somebody who uses it alone. */
  public LockFacts newLockFacts() {
    return new ProcfsLockFacts(proc);
  }

  /** Has somebody else tell what processes hold, who can do it faster. */
  public void tellHoldingsBy(HeldFacts facts) {
    procfs.tellHoldingsBy(facts);
  }
}
