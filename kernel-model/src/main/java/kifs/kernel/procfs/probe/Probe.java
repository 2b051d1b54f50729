package kifs.kernel.procfs.probe;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import kifs.kernel.bulk.Host;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.cgroups.Hierarchies;
import kifs.kernel.procfs.host.SystemReader;
import kifs.kernel.procfs.process.Capabilities;
import kifs.kernel.procfs.process.IoFile;
import kifs.kernel.procfs.process.ProcessPlan;
import kifs.kernel.procfs.process.SchedstatFile;
import kifs.kernel.procfs.process.ThreadPlan;
import kifs.kernel.procfs.scan.DevShm;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.MountInfo;
import kifs.kernel.procfs.scan.ProcessList;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.Warnings;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.shm.ShmDevices;
import org.jspecify.annotations.Nullable;

/**
 * Finds out, once and by trying, what a /proc provides, and collects warnings about what it lacks.
 * Not thread-safe.
 */
public final class Probe {
  private static final int MAX_TRIES = 100;
  private static final String EFFECTIVE = "CapEff:";
  private static final int CAP_SYS_PTRACE = 19;
  private static final long FIRST_USER_NAMESPACE = 4026531837L;

  private static final int MFD_HUGETLB = 4;
  private static final int MFD_HUGE_SHIFT = 26;

  /**
   * Flags of one memfd for each filesystem: with plain pages, and with huge pages of the default
   * size, of 2 MiB and of 1 GiB.
   */
  private static final int[] MEMFDS = {
    0, MFD_HUGETLB, MFD_HUGETLB | 21 << MFD_HUGE_SHIFT, MFD_HUGETLB | 30 << MFD_HUGE_SHIFT
  };

  /** The kernel's own filesystem for shared memory usually is device 0:1. */
  private static final ShmDevices USUAL_DEVICES = new ShmDevices(Set.of(1L), Set.of());

  private final Scan scan;
  private final int root;
  private final String path;
  private final List<String> warnings = new ArrayList<>();
  private @Nullable Hierarchies hierarchies;

  /**
   * @param root the open root directory
   * @param path the path of the root
   */
  Probe(Scan scan, int root, String path) {
    this.scan = scan;
    this.root = root;
    this.path = path;
  }

  List<String> warnings() {
    return warnings;
  }

  Capabilities capabilities() {
    int self = (int) ProcessHandle.current().pid();
    boolean live = isLive(self);
    IdList pids = new IdList();
    new ProcessList(root).read(scan, pids);
    int examplePid = live ? self : pids.size() > 0 ? pids.get(0) : 0;
    boolean clocks = live && clocksIdentifyProcesses(self);
    if (live && !clocks) {
      warnings.add("no process clocks: runtime_ns of processes is absent");
    }
    MountInfo mounts = mounts();
    hierarchies = Hierarchies.of(mounts, scan);
    String hidepid = live ? mounts.option(path, "hidepid=") : null;
    if (hidepid != null && !hidepid.equals("0") && !hidepid.equals("off")) {
      warnings.add(path + " is mounted with hidepid=" + hidepid + ": not every process is seen");
    }
    warnIfRefused();
    return new Capabilities(
        live,
        clocks,
        live && fdSizeCounts(self),
        mounts.cgroup2(),
        processFields(examplePid, clocks, mounts.cgroup2() != null),
        threadFields(examplePid, live),
        systemFields(),
        hierarchies.fields(hasPressure()));
  }

  /** The mounted hierarchies of cgroups, after {@link #capabilities} was called. */
  Hierarchies hierarchies() {
    return requireNonNull(hierarchies);
  }

  Host host(SystemReader system) {
    UUID boot = new UUID(0, 0);
    String id = line(FileName.BOOT_ID);
    try {
      boot = UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      warnings.add(path + "/" + FileName.BOOT_ID + " holds no boot id");
    }
    return new Host(line(FileName.HOSTNAME), boot, Syscalls.pageSize(), system.onlineCpus(scan));
  }

  /** The inode number of the daemon's user namespace; negative: not known. */
  long userNamespace() {
    scan.inDirectory(root);
    return scan.namespace(FileName.SELF_NS_USER);
  }

  /** Whether the root is the running kernel's /proc of our own pid namespace. */
  private boolean isLive(int self) {
    scan.inDirectory(root);
    int length = scan.readLink(FileName.SELF);
    return length > 0
        && text().equals(Integer.toString(self))
        && scan.load(FileName.BOOT_ID) > 0
        && scan.processTime(self) >= 0
        && isProcFilesystem(self);
  }

  /**
   * Whether a file of the root has a size of 0 and yet can be read. A tree of captured files may
   * have the right self link by chance, but its files have a size.
   */
  private boolean isProcFilesystem(int self) {
    scan.inEntry(root, self);
    return scan.statx(FileName.STATUS, Statx.WANT_SIZE) >= 0
        && scan.small().getLong(Statx.SIZE) == 0
        && scan.load(FileName.STATUS) > 0;
  }

  /**
   * Whether CPU-time clocks can be read for our process, and are refused for those of its threads
   * that are not the main thread.
   */
  private boolean clocksIdentifyProcesses(int self) {
    scan.inEntry(root, self);
    int fd = scan.openDirectory(FileName.TASK);
    if (fd < 0) {
      return false;
    }
    IdList tids = new IdList();
    scan.numbers(fd, tids);
    Syscalls.close(fd);
    // The kernel always lets the calling thread read the clock by its own id, so it is skipped.
    int caller = Syscalls.gettid();
    for (int i = 0; i < tids.size(); i++) {
      int tid = tids.get(i);
      if (tid != self && tid != caller && scan.processTime(tid) >= 0) {
        return false;
      }
    }
    return scan.processTime(self) >= 0;
  }

  /** Whether the size of {@code fd} is the number of open files. */
  private boolean fdSizeCounts(int self) {
    IdList fds = new IdList();
    // Other threads of the daemon may open files in between, so one match out of many is enough.
    for (int i = 0; i < MAX_TRIES; i++) {
      scan.inEntry(root, self);
      int fd = scan.openDirectory(FileName.FD);
      if (fd < 0) {
        return false;
      }
      scan.numbers(fd, fds);
      int result = scan.statx(FileName.FD, Statx.WANT_SIZE);
      Syscalls.close(fd);
      if (result >= 0 && scan.small().getLong(Statx.SIZE) == fds.size()) {
        return true;
      }
    }
    return false;
  }

  private long processFields(int examplePid, boolean clocks, boolean cgroup2) {
    long fields = ProcessRecord.TYPE.allFields();
    scan.inEntry(root, examplePid);
    fields &= clocks ? -1 : ~ProcessRecord.RUNTIME.bit();
    fields &= cgroup2 && canRead(FileName.CGROUP) ? -1 : ~ProcessPlan.CGROUP_FIELDS;
    fields &= canRead(FileName.SCHEDSTAT) ? -1 : ~SchedstatFile.PROCESS_FIELDS;
    fields &= canRead(FileName.OOM_SCORE) ? -1 : ~ProcessRecord.OOM_SCORE.bit();
    fields &= canRead(FileName.OOM_SCORE_ADJ) ? -1 : ~ProcessRecord.OOM_SCORE_ADJ.bit();
    fields &= canRead(FileName.MAPS) ? -1 : ~ProcessRecord.SHM.bit();
    // A kernel without hugetlbfs doesn't have the line, nor does a process without memory.
    boolean huge = !canRead(FileName.STATUS) || hasHugePages(text());
    fields &= huge ? -1 : ~ProcessRecord.RSS_HUGE.bit();
    if (!canRead(FileName.SCHEDSTAT)) {
      warnings.add("no schedstat files: run delay, and run time of threads, are absent");
    }
    if (!canRead(FileName.IO)) {
      fields &= ~IoFile.PROCESS_FIELDS;
      warnings.add("no io files: io figures are absent");
    }
    return fields;
  }

  private static boolean hasHugePages(String status) {
    return status.contains("HugetlbPages:") || !status.contains("VmRSS:");
  }

  private long threadFields(int examplePid, boolean live) {
    long fields = ThreadRecord.TYPE.allFields();
    scan.inEntry(root, examplePid);
    fields &= canRead(FileName.SCHEDSTAT) ? -1 : ~SchedstatFile.THREAD_FIELDS;
    fields &= canRead(FileName.IO) ? -1 : ~IoFile.THREAD_FIELDS;
    fields &= canRead(FileName.WCHAN) ? -1 : ~ThreadRecord.WAIT_CHANNEL.bit();
    if (!canRead(FileName.SCHED) || !live) {
      fields &= ~ThreadRecord.LAST_RAN.bit();
      warnings.add("no sched files: last_ran_ns, how long a thread has been blocked, is absent");
    }
    String refused = whyNoSyscalls(examplePid);
    if (refused != null) {
      fields &= ~ThreadPlan.SYSCALL_FIELDS;
      warnings.add(refused + ": system calls, what threads wait for, and deadlocks are absent");
    }
    return fields;
  }

  private boolean hasPressure() {
    scan.inDirectory(root);
    return canRead(FileName.PRESSURE_CPU);
  }

  private long systemFields() {
    if (hasPressure()) {
      return SystemRecord.TYPE.allFields();
    }
    warnings.add("no " + path + "/pressure: pressure figures are absent");
    return SystemRecord.TYPE.allFields() & ~SystemReader.PRESSURE_FIELDS;
  }

  /**
   * Why system calls of other processes can't be read; null if they can. Yama's scope is read,
   * because Yama still lets the daemon read its own.
   */
  private @Nullable String whyNoSyscalls(int examplePid) {
    if (line(FileName.YAMA_SCOPE).equals("3")) {
      return "Yama ptrace_scope is 3";
    }
    scan.inEntry(root, examplePid);
    return canRead(FileName.SYSCALL) ? null : "no syscall files";
  }

  /**
   * Warns if the kernel refuses what needs privileges. Process 1 is tried, because it belongs to
   * root and has all capabilities, so the kernel refuses it most likely.
   */
  private void warnIfRefused() {
    scan.inEntry(root, 1);
    int result = scan.load(FileName.IO);
    if (Syscalls.isRefusal(result)) {
      warnings.add(Warnings.WAITS_REFUSED);
    }
  }

  /**
   * Whether kifs has the right to trace other users' processes. If /proc doesn't show that, the
   * answer is yes. In a user namespace other than the initial one the answer is no, because a
   * capability there is void over processes outside it.
   */
  boolean mayTrace() {
    scan.inEntry(root, (int) ProcessHandle.current().pid());
    long users = scan.namespace(FileName.NS_USER);
    if (users >= 0 && users != FIRST_USER_NAMESPACE) {
      return false;
    }
    if (scan.load(FileName.STATUS) < 0) {
      return true;
    }
    return text()
        .lines()
        .filter(line -> line.startsWith(EFFECTIVE))
        .map(line -> Long.parseUnsignedLong(line.substring(EFFECTIVE.length()).strip(), 16))
        .findFirst()
        .map(capabilities -> (capabilities >>> CAP_SYS_PTRACE & 1) != 0)
        .orElse(true);
  }

  /**
   * The filesystems of this kernel's shared memory, found out by creating memfds.
   *
   * @param live whether the root is the running kernel's. If not, the result is the usual devices
   */
  public static ShmDevices shmDevices(boolean live) {
    if (!live) {
      return USUAL_DEVICES;
    }
    Set<Long> internal = new HashSet<>();
    NativeBuffer name = NativeBuffer.string("kifs");
    NativeBuffer nothing = NativeBuffer.string("");
    NativeBuffer statx = NativeBuffer.allocate(Statx.BYTES);
    for (int flags : MEMFDS) {
      int memfd = Syscalls.memfdCreate(name.address(), flags);
      if (memfd >= 0) {
        if (Syscalls.statx(memfd, nothing.address(), Statx.AT_EMPTY_PATH, 0, statx.address())
            >= 0) {
          internal.add(Statx.device(statx.buffer()));
        }
        Syscalls.close(memfd);
      }
    }
    long shm = DevShm.device(DevShm.PATH);
    // If /dev/shm is not a filesystem of its own, other files of its device are no shared memory.
    boolean mounted = shm >= 0 && shm != DevShm.device("/dev") && shm != DevShm.device("/");
    return new ShmDevices(internal, mounted ? Set.of(shm) : Set.of());
  }

  private boolean canRead(FileName name) {
    return scan.load(name) >= 0;
  }

  private MountInfo mounts() {
    scan.inDirectory(root);
    return new MountInfo(scan.loadWhole(FileName.SELF_MOUNTINFO) < 0 ? "" : text());
  }

  private String line(FileName name) {
    scan.inDirectory(root);
    return scan.load(name) < 0 ? "" : text().strip();
  }

  private String text() {
    return new String(scan.cursor.bytes(), 0, scan.cursor.end(), StandardCharsets.ISO_8859_1);
  }
}
