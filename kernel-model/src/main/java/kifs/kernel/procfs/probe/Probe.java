package kifs.kernel.procfs.probe;

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
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.Warnings;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.shm.ShmDevices;

/**
 * Finds out, once and by trying, what a /proc gives, and collects warnings about what it doesn't.
 */
public final class Probe {
  private static final int TRIES = 100;
  private static final String EFFECTIVE = "CapEff:";
  private static final int CAP_SYS_PTRACE = 19;
  private static final long FIRST_USER_NAMESPACE = 4026531837L;

  private static final int MFD_HUGETLB = 4;
  private static final int MFD_HUGE_SHIFT = 26;

  /** One memfd a filesystem: plain pages, huge pages of the usual size, of 2 MiB, of 1 GiB. */
  private static final int[] MEMFDS = {
    0, MFD_HUGETLB, MFD_HUGETLB | 21 << MFD_HUGE_SHIFT, MFD_HUGETLB | 30 << MFD_HUGE_SHIFT
  };

  /** The first device without a disk is the kernel's own for shared memory. */
  private static final ShmDevices USUAL_DEVICES = new ShmDevices(Set.of(1L), Set.of());

  private final Scan scan;
  private final int root;
  private final String path;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param root open
   * @param path the same
   */
  Probe(Scan scan, int root, String path) {
    this.scan = scan;
    this.root = root;
    this.path = path;
  }

  List<String> warnings() {
    return warnings;
  }

  Capabilities capabilities(SystemReader system) {
    int self = (int) ProcessHandle.current().pid();
    boolean live = isLive(self);
    IdList pids = new IdList();
    system.listProcesses(scan, pids);
    int sample = live ? self : pids.size() > 0 ? pids.get(0) : 0;
    boolean clocks = live && clocksTellProcesses(self);
    if (live && !clocks) {
      warnings.add("no process clocks: runtime_ns of processes is absent");
    }
    MountInfo mounts = mounts();
    String hidden = live ? mounts.option(path, "hidepid=") : null;
    if (hidden != null && !hidden.equals("0") && !hidden.equals("off")) {
      warnings.add(path + " is mounted with hidepid=" + hidden + ": not every process is seen");
    }
    others();
    return new Capabilities(
        live,
        clocks,
        live && fdSizeCounts(self),
        mounts.cgroup2(),
        processFields(sample, clocks, mounts.cgroup2() != null),
        threadFields(sample, live),
        systemFields());
  }

  Host host(SystemReader system) {
    UUID boot = new UUID(0, 0);
    String id = line(FileName.BOOT_ID);
    try {
      boot = UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      warnings.add(path + "/" + FileName.BOOT_ID + " holds no boot id");
    }
    return new Host(line(FileName.HOSTNAME), boot, Syscalls.pageSize(), system.processors(scan));
  }

  private boolean isLive(int self) {
    scan.inDirectory(root);
    int length = scan.readLink(FileName.SELF);
    return length > 0
        && text().equals(Integer.toString(self))
        && scan.load(FileName.BOOT_ID) > 0
        && scan.processTime(self) >= 0
        && isProcFilesystem(self);
  }

  /** A tree of captured files may have the right self link by chance, but no size of 0. */
  private boolean isProcFilesystem(int self) {
    scan.inEntry(root, self);
    return scan.statx(FileName.STATUS, Statx.WANT_SIZE) >= 0
        && scan.small().getLong(Statx.SIZE) == 0
        && scan.load(FileName.STATUS) > 0;
  }

  /** They must tell our process, and refuse a thread of it that isn't its first. */
  private boolean clocksTellProcesses(int self) {
    scan.inEntry(root, self);
    int fd = scan.openDirectory(FileName.TASK);
    if (fd < 0) {
      return false;
    }
    IdList tids = new IdList();
    scan.numbers(fd, tids);
    Syscalls.close(fd);
    // The caller's own thread is let through by the kernel, so it proves nothing.
    int caller = Syscalls.gettid();
    for (int i = 0; i < tids.size(); i++) {
      int tid = tids.get(i);
      if (tid != self && tid != caller && scan.processTime(tid) >= 0) {
        return false;
      }
    }
    return scan.processTime(self) >= 0;
  }

  private boolean fdSizeCounts(int self) {
    IdList fds = new IdList();
    // Threads of ours open files meanwhile: one match of several is enough.
    for (int i = 0; i < TRIES; i++) {
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

  private long processFields(int sample, boolean clocks, boolean cgroup2) {
    long fields = ProcessRecord.TYPE.allFields();
    scan.inEntry(root, sample);
    fields &= clocks ? -1 : ~ProcessRecord.RUNTIME.bit();
    fields &= cgroup2 && gives(FileName.CGROUP) ? -1 : ~ProcessPlan.CGROUP_FIELDS;
    fields &= gives(FileName.SCHEDSTAT) ? -1 : ~SchedstatFile.PROCESS_FIELDS;
    fields &= gives(FileName.OOM_SCORE) ? -1 : ~ProcessRecord.OOM_SCORE.bit();
    fields &= gives(FileName.OOM_SCORE_ADJ) ? -1 : ~ProcessRecord.OOM_SCORE_ADJ.bit();
    fields &= gives(FileName.MAPS) ? -1 : ~ProcessRecord.SHM.bit();
    if (!gives(FileName.SCHEDSTAT)) {
      warnings.add("no schedstat files: run delay, and run time of threads, are absent");
    }
    if (!gives(FileName.IO)) {
      fields &= ~IoFile.PROCESS_FIELDS;
      warnings.add("no io files: io figures are absent");
    }
    return fields;
  }

  private long threadFields(int sample, boolean live) {
    long fields = ThreadRecord.TYPE.allFields();
    scan.inEntry(root, sample);
    fields &= gives(FileName.SCHEDSTAT) ? -1 : ~SchedstatFile.THREAD_FIELDS;
    fields &= gives(FileName.IO) ? -1 : ~IoFile.THREAD_FIELDS;
    fields &= gives(FileName.WCHAN) ? -1 : ~ThreadRecord.WAIT_CHANNEL.bit();
    if (!gives(FileName.SCHED) || !live) {
      fields &= ~ThreadRecord.LAST_RAN.bit();
      warnings.add("no sched files: last_ran_ns, how long a thread has been blocked, is absent");
    }
    String refused = syscallsRefused(sample);
    if (refused != null) {
      fields &= ~ThreadPlan.SYSCALL_FIELDS;
      warnings.add(refused + ": system calls, what threads wait for, and deadlocks are absent");
    }
    return fields;
  }

  private long systemFields() {
    scan.inDirectory(root);
    if (gives(FileName.PRESSURE_CPU)) {
      return SystemRecord.TYPE.allFields();
    }
    warnings.add("no " + path + "/pressure: pressure figures are absent");
    return SystemRecord.TYPE.allFields() & ~SystemReader.PRESSURE_FIELDS;
  }

  /** Why nobody's are to be seen; null: they are. Yama would still let us see our own. */
  private String syscallsRefused(int sample) {
    if (line(FileName.YAMA_SCOPE).equals("3")) {
      return "Yama ptrace_scope is 3";
    }
    scan.inEntry(root, sample);
    return gives(FileName.SYSCALL) ? null : "no syscall files";
  }

  /** The first process is root's, with all capabilities: the one most likely to be refused. */
  private void others() {
    scan.inEntry(root, 1);
    int result = scan.load(FileName.IO);
    if (Syscalls.isRefusal(result)) {
      warnings.add(Warnings.WAITS_REFUSED);
    }
  }

  /**
   * Whether we have the right to look at other users' processes; not told: we have. In a user
   * namespace below the first one all rights are none over processes that aren't in it.
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
   * The filesystems of this kernel's shared memory, found out by making some.
   *
   * @param live whether the root is the running kernel's; else those that kernels usually have
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
    // Where it is no filesystem of its own, not all files of its device are shared memory.
    boolean mounted = shm >= 0 && shm != DevShm.device("/dev") && shm != DevShm.device("/");
    return new ShmDevices(internal, mounted ? Set.of(shm) : Set.of());
  }

  private boolean gives(FileName name) {
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
