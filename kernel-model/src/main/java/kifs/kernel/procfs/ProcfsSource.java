package kifs.kernel.procfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Host;
import kifs.kernel.bulk.Query;
import kifs.kernel.bulk.Totals;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.LinuxClock;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.SchedulerClock;
import kifs.kernel.locks.CallWaits;
import kifs.kernel.locks.LockFacts;
import kifs.kernel.locks.LockMonitor;
import kifs.kernel.record.CommandRecord;
import kifs.kernel.record.CpuRecord;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.LimitsRecord;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.RecordType;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.record.WaitRecord;
import kifs.kernel.shm.ShmDevices;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.KernelClock;
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
  /** Whose fields are given whatever the detail. */
  private static final Set<RecordType> WHOLE =
      Set.of(CpuRecord.TYPE, CommandRecord.TYPE, ShmRecord.TYPE, ShmUserRecord.TYPE);

  private final int root;
  private final BoundDirectory rootDirectory;
  private final ScanPool scans = new ScanPool();
  private final LinuxClock clock = new LinuxClock();
  private final String path;
  private final CopyOnWriteArrayList<String> warnings = new CopyOnWriteArrayList<>();
  private final Capabilities capabilities;
  private final Host host;
  private final SystemReader system;
  private final ProcessReader processes;
  private final ThreadReader threads;
  private final SchedulerClock schedulerClock;
  private final ProcEvents events;
  private final ShmDevices shmDevices;
  private final ProcfsShm shm = new ProcfsShm(this);
  private volatile LockMonitor locks;

  private ProcfsSource(int root, String path) {
    this.root = root;
    this.path = path;
    rootDirectory = new BoundDirectory(root);
    Units units = new Units(1_000_000_000L / LibC.ticksPerSecond(), LibC.pageSize());
    system = new SystemReader(root, units);
    Scan scan = scans.take();
    Probe probe = new Probe(scan, root, path);
    capabilities = probe.capabilities(system);
    host = probe.host(system);
    warnings.addAll(probe.warnings());
    schedulerClock = new SchedulerClock(clock, this::ownExecStart);
    shmDevices = capabilities.live() ? ShmMeter.devices() : ShmMeter.USUAL;
    processes = new ProcessReader(capabilities, units, shmDevices);
    threads = new ThreadReader(units, new WaitClassifier(root), schedulerClock);
    events = new ProcEvents(clock, path, capabilities.live(), this::process, warnings);
    locks = new LockMonitor(new CallWaits(new ProcfsLockFacts(this)));
    scans.give(scan);
  }

  /**
   * @param procRoot {@code /proc}, or a directory like it
   * @throws IOException if it can't be opened
   */
  public static ProcfsSource open(Path procRoot) throws IOException {
    String path = procRoot.toAbsolutePath().toString();
    NativeBuffer name = NativeBuffer.string(latin1(path));
    int root = LibC.openat(LibC.AT_FDCWD, name.address(), LibC.O_RDONLY | LibC.O_DIRECTORY);
    if (root < 0) {
      throw new IOException("can't open " + path + ": errno " + -root);
    }
    return new ProcfsSource(root, path);
  }

  @Override
  public SourceKind kind() {
    return SourceKind.PROCFS;
  }

  @Override
  public Host host() {
    return host;
  }

  @Override
  public KernelClock clock() {
    return clock;
  }

  @Override
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  /**
   * Adds what an administrator should know besides, once: why there is no better source than this,
   * what the kernel refuses.
   */
  public void warn(String warning) {
    warnings.addIfAbsent(warning);
  }

  @Override
  public long fields(RecordType type, Detail detail) {
    if (type == SystemRecord.TYPE) {
      return capabilities.systemFields();
    }
    if (type == ProcessRecord.TYPE) {
      return Details.process(detail) & capabilities.processFields();
    }
    if (type == ThreadRecord.TYPE) {
      return Details.thread(detail) & capabilities.threadFields();
    }
    if (type == TotalRecord.TYPE) {
      return Totals.fieldsFor(fields(ProcessRecord.TYPE, detail));
    }
    if (type == FdRecord.TYPE) {
      return Details.fd(detail);
    }
    if (type == WaitRecord.TYPE) {
      return capabilities.waitFields();
    }
    if (type == LimitsRecord.TYPE) {
      return type.allFields() & ~LimitsRecord.used("nproc").bit();
    }
    return WHOLE.contains(type) ? type.allFields() : 0;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Two passes run at one time, others wait. With COMMAND records a pass may wait for a process
   * that holds its own mmap lock, see {@link ProcessRef#commandLine}.
   */
  @Override
  public void collect(Query query, BulkBuilder into, Cancellation cancellation) {
    pass(
        null,
        cancellation,
        scan -> {
          new Pass(this, scan, query, false, into, cancellation).run();
          return null;
        });
  }

  /**
   * Does something that looks at every process.
   *
   * @param closed what it gives once the source is closed
   */
  <T> T pass(T closed, Cancellation cancellation, Function<Scan, T> pass) {
    scans.beginPass(cancellation);
    try {
      return look(closed, pass);
    } finally {
      scans.endPass();
    }
  }

  @Override
  public long[] shmIds(Cancellation cancellation) {
    return shm.ids(cancellation);
  }

  @Override
  public Optional<ShmRef> shm(long id) {
    return shm.find(id);
  }

  @Override
  public int[] pids() {
    return look(
        new int[0],
        scan -> {
          Ids pids = new Ids();
          system.listProcesses(scan, pids);
          return pids.toArray();
        });
  }

  @Override
  public Optional<ProcessRef> process(int pid) {
    return pid <= 0 ? Optional.empty() : look(Optional.empty(), scan -> bind(scan, pid));
  }

  /**
   * Whether a process is in a cgroup or below it, in any hierarchy.
   *
   * @param cgroup a path, one char a byte
   * @return false, too, if it has gone
   */
  public boolean isInCgroup(int pid, String cgroup) {
    byte[] path = cgroup.getBytes(StandardCharsets.ISO_8859_1);
    return look(
        false,
        scan -> {
          scan.at(root, pid);
          return scan.loadWhole(Name.CGROUP) >= 0 && CgroupFile.isIn(scan.cursor, path);
        });
  }

  private Optional<ProcessRef> bind(Scan scan, int pid) {
    int dir = scan.bind(root, pid);
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

  @Override
  public void readSystem(long fields, Record into) {
    look(
        null,
        scan -> {
          system.read(scan, fields, into);
          return null;
        });
  }

  /**
   * Does something with the root held open.
   *
   * @param closed what it gives once the source is closed
   */
  <T> T look(T closed, Function<Scan, T> look) {
    return lookAt(rootDirectory, closed, (scan, dir) -> look.apply(scan));
  }

  /**
   * Does something with a directory held open.
   *
   * @param closed what it gives once the directory or the source is closed
   */
  <T> T lookAt(BoundDirectory directory, T closed, Look<T> look) {
    if (rootDirectory.begin() < 0) {
      return closed;
    }
    try {
      int dir = directory.begin();
      if (dir < 0) {
        return closed;
      }
      Scan scan = scans.take();
      try {
        return look.at(scan, dir);
      } finally {
        scans.give(scan);
        directory.end();
      }
    } finally {
      rootDirectory.end();
    }
  }

  /** Something done with an open directory. */
  @FunctionalInterface
  interface Look<T> {
    T at(Scan scan, int dir);
  }

  @Override
  public KernelEvents events() {
    return events;
  }

  /** Ends all watches. Afterwards there is nothing to be seen, through refs neither. */
  @Override
  public void close() {
    events.close();
    rootDirectory.close();
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
    scan.at(root, pid);
    return scan.load(Name.STATUS) >= 0 && StatusFile.tgid(scan.cursor) == pid;
  }

  void warnOfFds() {
    warn(
        "the kernel refuses what the fds of some processes are; that needs CAP_SYS_PTRACE and"
            + " every capability they have");
  }

  void warnOfMaps() {
    warn(
        "the kernel refuses the mappings of some processes, and so which shared memory they use;"
            + " that needs CAP_SYS_PTRACE and every capability they have");
  }

  /** When the calling thread's time was last counted; -1: not told. */
  private long ownExecStart() {
    Scan scan = scans.take();
    try {
      scan.at(root, LibC.gettid());
      return scan.load(Name.SCHED) < 0 ? -1 : SchedFile.execStart(scan.cursor);
    } finally {
      scans.give(scan);
    }
  }

  int root() {
    return root;
  }

  String path() {
    return path;
  }

  ShmDevices shmDevices() {
    return shmDevices;
  }

  ProcfsShm shm() {
    return shm;
  }

  Capabilities capabilities() {
    return capabilities;
  }

  LockMonitor locks() {
    return locks;
  }

  /**
   * Has somebody else tell the facts of blocked threads, who can do it faster.
   *
   * @param wrap makes them, given what /proc tells
   */
  public void tellLocksBy(UnaryOperator<LockFacts> wrap) {
    locks = new LockMonitor(new CallWaits(wrap.apply(newLockFacts())));
  }

  /** What /proc tells of blocked threads, for a look by somebody who uses it alone. */
  public LockFacts newLockFacts() {
    return new ProcfsLockFacts(this);
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

  CgroupIds newCgroupIds(int slots) {
    return new CgroupIds(capabilities.cgroups(), slots);
  }

  private static String latin1(String path) {
    return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
