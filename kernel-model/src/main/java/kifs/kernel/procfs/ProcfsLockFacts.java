package kifs.kernel.procfs;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import kifs.kernel.linux.LibC;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.ProcessMemory;
import kifs.kernel.linux.Registers;
import kifs.kernel.linux.Statx;
import kifs.kernel.locks.BlockedCall;
import kifs.kernel.locks.FileLock;
import kifs.kernel.locks.LockFacts;
import kifs.kernel.locks.ThreadId;
import kifs.kernel.locks.Wait.LockedFile;
import kifs.kernel.record.ProcessRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;

/** What /proc tells of blocked threads. The root must be held open while it is used. */
final class ProcfsLockFacts implements LockFacts {
  private final Procfs procfs;
  private final int root;

  /** What is read of a process's memory without a file, bytes. */
  private static final int AT_ONCE = 4096;

  private final Scan scan = new Scan();
  private final ProcessMemory memory = new ProcessMemory(AT_ONCE);
  private final PidNamespaces namespaces;
  private final FileLockHolders holders;
  private final ThreadPlan described;
  private final ThreadPlan whole;

  /** Process of every thread that was listed since the last {@link #refresh}. */
  private final Map<Integer, Integer> listed = new HashMap<>();

  ProcfsLockFacts(Procfs procfs) {
    this.procfs = procfs;
    this.root = procfs.root().fd();
    namespaces = new PidNamespaces(scan, root);
    holders = new FileLockHolders(scan, root);
    long names = ThreadRecord.COMM.bit() | ThreadRecord.LAST_RAN.bit();
    long switches = ThreadRecord.VOLUNTARY_SWITCHES.bit() | ThreadRecord.INVOLUNTARY_SWITCHES.bit();
    described = new ThreadPlan(names, procfs.capabilities());
    whole = new ThreadPlan(names | switches, procfs.capabilities());
  }

  @Override
  public void begin() {
    listed.clear();
    namespaces.refresh();
    holders.refresh();
  }

  @Override
  public void blocked(
      Set<Integer> pids, boolean wantDescribed, Consumer<BlockedCall> to, Cancellation c) {
    if (wantDescribed && described.lastRan) {
      procfs.schedulerClock().refresh();
    }
    for (int pid : pids.isEmpty() ? all() : sorted(pids)) {
      c.check();
      try (OpenProcess process = new OpenProcess(pid)) {
        process.threads(wantDescribed, to);
      }
    }
  }

  @Override
  public Optional<BlockedCall> blocked(ThreadId thread) {
    if (whole.lastRan) {
      procfs.schedulerClock().refresh();
    }
    try (OpenProcess process = new OpenProcess(thread.pid())) {
      return process.isThere()
          ? Optional.ofNullable(process.thread(thread.tid(), whole))
          : Optional.empty();
    }
  }

  /** One process, bound, and of its files those that were needed so far. */
  private final class OpenProcess implements CallReader.Process, AutoCloseable {
    private final int pid;
    private final int dir;
    private int memory = -LibC.ENOENT;
    private boolean memoryOpened;
    private long user = -1;
    private boolean userRead;

    OpenProcess(int pid) {
      this.pid = pid;
      this.dir = scan.bind(root, pid);
    }

    boolean isThere() {
      return dir >= 0;
    }

    @Override
    public int memory() {
      if (!memoryOpened) {
        memoryOpened = true;
        scan.at(dir);
        memory = scan.open(Name.MEM);
      }
      return memory;
    }

    @Override
    public int auxv() {
      scan.at(dir);
      return scan.open(Name.AUXV);
    }

    void threads(boolean wantDescribed, Consumer<BlockedCall> to) {
      Ids tids = tids(dir);
      for (int i = 0; i < tids.size(); i++) {
        listed.put(tids.get(i), pid);
      }
      for (int i = 0; i < tids.size(); i++) {
        BlockedCall call = thread(tids.get(i), wantDescribed ? described : null);
        if (call != null) {
          to.accept(call);
        }
      }
    }

    /**
     * @param plan what describes it; null: nothing
     */
    BlockedCall thread(int tid, ThreadPlan plan) {
      scan.atTask(dir, tid);
      int length = scan.load(Name.SYSCALL);
      if (Holdings.isRefusal(length)) {
        procfs.warnings().add(Warnings.WAITS_REFUSED);
      }
      if (length < 0 || !scan.syscall.parse(scan.cursor)) {
        return null;
      }
      BlockedCall call = CallReader.read(scan, pid, tid, scan.syscall, this);
      return call == null || plan == null ? call : describe(call, plan);
    }

    private BlockedCall describe(BlockedCall call, ThreadPlan plan) {
      Record thread = Record.allocate(ThreadRecord.TYPE);
      scan.atTask(dir, call.tid());
      if (!procfs.threads().read(scan, pid, call.tid(), plan, thread)) {
        return null;
      }
      boolean counted =
          thread.has(ThreadRecord.VOLUNTARY_SWITCHES)
              && thread.has(ThreadRecord.INVOLUNTARY_SWITCHES);
      long switches =
          thread.get(ThreadRecord.VOLUNTARY_SWITCHES)
              + thread.get(ThreadRecord.INVOLUNTARY_SWITCHES);
      return new BlockedCall(
          pid,
          call.tid(),
          call.abi(),
          call.number(),
          call.arguments(),
          call.stackPointer(),
          call.programCounter(),
          call.words(),
          thread.has(ThreadRecord.LAST_RAN) ? thread.get(ThreadRecord.LAST_RAN) : -1,
          counted ? switches : -1,
          thread.bytes(ThreadRecord.COMM),
          user());
    }

    private long user() {
      if (!userRead) {
        userRead = true;
        Record process = Record.allocate(ProcessRecord.TYPE);
        scan.at(dir);
        if (scan.load(Name.STATUS) >= 0) {
          StatusFile.parse(scan.cursor, ProcessRecord.UID.bit(), process);
          user = process.has(ProcessRecord.UID) ? process.get(ProcessRecord.UID) : -1;
        }
      }
      return user;
    }

    @Override
    public void close() {
      if (memory >= 0) {
        LibC.close(memory);
      }
      if (dir >= 0) {
        LibC.close(dir);
      }
    }
  }

  private int[] all() {
    Ids pids = new Ids();
    procfs.system().listProcesses(scan, pids);
    return pids.toArray();
  }

  private static int[] sorted(Set<Integer> pids) {
    return new TreeSet<>(pids).stream().mapToInt(pid -> pid).toArray();
  }

  private Ids tids(int dir) {
    Ids tids = new Ids();
    scan.at(dir);
    int tasks = dir < 0 ? dir : scan.openDirectory(Name.TASK);
    if (tasks >= 0) {
      scan.numbers(tasks, tids);
      LibC.close(tasks);
    }
    return tids;
  }

  @Override
  public Optional<ThreadId> thread(int pid, int tid, boolean anywhere) {
    if (!namespaces.isOurs(pid)) {
      return namespaces.find(pid, tid, anywhere);
    }
    Integer process = listed.get(tid);
    if (process == null) {
      scan.at(root, tid);
      process = scan.load(Name.STATUS) < 0 ? -1 : StatusFile.tgid(scan.cursor);
    }
    boolean fits = anywhere ? process > 0 : process == pid;
    return fits ? Optional.of(new ThreadId(process, tid)) : Optional.empty();
  }

  @Override
  public int[] threads(int pid) {
    int dir = scan.bind(root, pid);
    Ids tids = tids(dir);
    if (dir >= 0) {
      LibC.close(dir);
    }
    return tids.toArray();
  }

  @Override
  public Optional<int[]> children(int pid) {
    int dir = scan.bind(root, pid);
    if (dir < 0) {
      return Optional.empty();
    }
    Ids children = new Ids();
    boolean told = true;
    Ids tids = tids(dir);
    for (int i = 0; i < tids.size() && told; i++) {
      scan.atTask(dir, tids.get(i));
      told = scan.loadWhole(Name.CHILDREN) >= 0;
      while (told && scan.cursor.number()) {
        children.add((int) scan.cursor.value());
      }
    }
    LibC.close(dir);
    return told ? Optional.of(children.toArray()) : Optional.empty();
  }

  @Override
  public List<FileLock> fileLocks() {
    scan.at(root);
    return scan.loadWhole(Name.LOCKS) < 0 ? List.of() : LocksFile.parse(text());
  }

  @Override
  public Optional<LockedFile> file(int pid, int fd) {
    scan.at(root, pid);
    int fds = scan.openDirectory(Name.FD);
    if (fds < 0 || fd < 0) {
      return Optional.empty();
    }
    Optional<LockedFile> file = Optional.empty();
    if (scan.statxEntry(fds, fd, Statx.WANT_INODE) >= 0) {
      long device =
          Statx.device(
              scan.small().getInt(Statx.DEVICE_MAJOR), scan.small().getInt(Statx.DEVICE_MINOR));
      long inode = scan.small().getLong(Statx.INODE);
      String path = scan.readLinkEntry(fds, fd) < 0 ? "" : text();
      file = Optional.of(new LockedFile(device, inode, 0, path));
    }
    LibC.close(fds);
    return file;
  }

  @Override
  public int[] holders(FileLock lock, boolean thorough) {
    boolean asked = !thorough && lock.pid() > 0 && holders.has(lock.pid(), lock);
    return asked ? new int[] {lock.pid()} : holders.of(lock, this::all, this::fileLocks);
  }

  @Override
  public Optional<LockedFile> mapping(int pid, long address) {
    scan.at(root, pid);
    return scan.loadWhole(Name.MAPS) < 0 ? Optional.empty() : MapsFile.at(text(), address);
  }

  @Override
  public byte[] memory(int pid, long address, int length) {
    if (procfs.capabilities().live() && length <= AT_ONCE) {
      return memory.read(pid, address, length);
    }
    scan.at(root, pid);
    int file = scan.open(Name.MEM);
    if (file < 0) {
      return new byte[0];
    }
    NativeBuffer buffer = NativeBuffer.allocate(length);
    int got = LibC.pread(file, buffer.address(), length, address);
    LibC.close(file);
    byte[] bytes = new byte[Math.max(got, 0)];
    buffer.buffer().get(0, bytes);
    return bytes;
  }

  @Override
  public List<Code> code(int pid) {
    scan.at(root, pid);
    return scan.loadWhole(Name.MAPS) < 0 ? List.of() : MapsFile.code(text());
  }

  @Override
  public long[] savedRegisters(ThreadId thread) {
    return procfs.capabilities().live() ? Registers.saved(thread.tid()) : new long[0];
  }

  @Override
  public byte[] comm(ThreadId thread) {
    scan.at(root, thread.isProcess() ? thread.pid() : thread.tid());
    int length = scan.load(Name.COMM);
    return length <= 0 ? null : Arrays.copyOf(scan.cursor.bytes(), length - 1);
  }

  private String text() {
    return new String(scan.cursor.bytes(), 0, scan.cursor.end(), StandardCharsets.ISO_8859_1);
  }
}
