package kifs.kernel.procfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Host;
import kifs.kernel.clock.KernelClock;
import kifs.kernel.limits.CgroupLimits;
import kifs.kernel.limits.LimitKind;
import kifs.kernel.linux.Descriptors;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.linux.events.LinuxEvents;
import kifs.kernel.linux.limits.LinuxLimits;
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
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.CgroupRef;
import kifs.kernel.source.KernelEvents;
import kifs.kernel.source.KernelSource;
import kifs.kernel.source.ProcessRef;
import kifs.kernel.source.ShmRef;
import kifs.kernel.source.Shortage;
import kifs.kernel.source.SourceKind;
import kifs.kernel.source.UnreadableProcess;

/**
 * A kernel seen through /proc. Thread-safe.
 *
 * <p>The root may be another directory with the files of a /proc. The source then makes no system
 * call that takes a process id, because ids in that directory mean nothing to the running kernel.
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
            proc.clock(),
            proc.root().path(),
            live,
            this::process,
            procfs.cgroups()::topLevel,
            proc.warnings()::add);
  }

  /**
   * @param procRoot {@code /proc}, or a directory like it
   * @throws IOException if the directory can't be opened
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

  /**
   * The clock by which this source dates when a thread ran. Other readers use the same instance, so
   * that their times agree.
   */
  public SchedulerClock schedulerClock() {
    return proc.schedulerClock();
  }

  @Override
  public List<String> warnings() {
    List<String> warnings = new ArrayList<>(proc.warnings().all());
    warnings.addAll(Shortage.lines());
    return warnings;
  }

  /**
   * Adds a warning for the administrator, such as why no better source is in use, or what the
   * kernel refuses. A warning that is there already is not added again.
   */
  public void warn(String warning) {
    proc.warnings().add(warning);
  }

  @Override
  public List<UnreadableProcess> unreadable() {
    return proc.guard().unreadable();
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    return proc.capabilities().fields(type, detail);
  }

  /**
   * {@inheritDoc}
   *
   * <p>At most two passes run at one time; others wait.
   */
  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    proc.root()
        .pass(
            false,
            cancellation,
            scan -> {
              new Pass(procfs, scan, query, false, into, cancellation).run();
              return true;
            });
  }

  @Override
  public long[] shmIds(Cancellation cancellation) {
    return Descriptors.requireAll(() -> procfs.shm().ids(cancellation));
  }

  @Override
  public Optional<ShmRef> shm(long id) {
    return Descriptors.requireAll(() -> procfs.shm().find(id));
  }

  @Override
  public Optional<CgroupRef> cgroup(String path) {
    return Descriptors.requireAll(() -> procfs.cgroups().find(path));
  }

  @Override
  public Optional<String> cgroupPath(long id) {
    return procfs.cgroups().path(id);
  }

  @Override
  public int[] pids() {
    return proc.root()
        .withScan(
            new int[0],
            scan -> {
              IdList pids = new IdList();
              proc.root().processes().read(scan, pids);
              return pids.toArray();
            });
  }

  @Override
  public Set<LimitKind> limits() {
    if (!proc.capabilities().live()) {
      return Set.of();
    }
    Set<LimitKind> kinds = new HashSet<>(LinuxLimits.kinds());
    if (proc.capabilities().fields(CgroupRecord.TYPE, Detail.FULL) != 0) {
      kinds.addAll(CgroupLimits.ALL);
    }
    return kinds;
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    return ProcfsProcess.bind(procfs, pid);
  }

  /**
   * Whether a process is in a cgroup or below it, in any hierarchy.
   *
   * @param cgroup a path, one char a byte
   * @return false also if the process has vanished
   */
  public boolean isInCgroup(int pid, String cgroup) {
    byte[] path = cgroup.getBytes(StandardCharsets.ISO_8859_1);
    return proc.root()
        .withScan(
            false,
            scan -> {
              scan.inEntry(proc.root().fd(), pid);
              return scan.loadWhole(FileName.CGROUP) >= 0 && CgroupFile.isIn(scan.cursor, path);
            });
  }

  @Override
  public void readSystem(long fields, Record into) {
    proc.root()
        .withScan(
            false,
            scan -> {
              proc.system().read(scan, fields, into);
              return true;
            });
  }

  @Override
  public KernelEvents events() {
    return events;
  }

  /** Ends all watches. Afterwards neither the source nor its refs find any entity. */
  @Override
  public void close() {
    events.close();
    proc.root().close();
  }

  /**
   * Whether kifs may trace other users' processes. If so, the kernel refuses only what it protects
   * from every process.
   */
  public boolean mayTrace() {
    return proc.mayTrace();
  }

  /**
   * Replaces the facts about blocked threads by those of a faster implementation.
   *
   * @param wrap makes the faster implementation from the one that reads /proc
   */
  public void useLockFacts(UnaryOperator<LockFacts> wrap) {
    procfs.setLockFacts(wrap.apply(newLockFacts()));
  }

  /**
   * Makes an instance of the facts that /proc gives of blocked threads, for one caller's own use.
   */
  public LockFacts newLockFacts() {
    return new ProcfsLockFacts(proc);
  }

  /** Replaces the facts about what processes hold by those of a faster implementation. */
  public void useHeldFacts(HeldFacts facts) {
    procfs.setHeldFacts(facts);
  }
}
