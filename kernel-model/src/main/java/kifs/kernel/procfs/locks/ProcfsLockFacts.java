package kifs.kernel.procfs.locks;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.FileLock;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.blocked.Registers;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait.LockedFile;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.CommFile;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.process.ThreadPlan;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.IdList;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.Mappings;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.ThreadRecord;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Facts about blocked threads that come from /proc. The root must stay open while an instance is
 * used. Not thread-safe.
 */
public final class ProcfsLockFacts implements LockFacts {
  private final Proc proc;
  private final int root;

  /** The longest read of a process's memory that is done without a file, bytes. */
  private static final int MAX_DIRECT_BYTES = 4096;

  private final Scan scan = new Scan();
  private final ProcessMemory memory = new ProcessMemory(MAX_DIRECT_BYTES);
  private final PidNamespaces namespaces;
  private final FileLockHolders holders;
  private final ThreadPlan described;
  private final ThreadPlan describedWithSwitches;

  /** Maps each thread that was listed since the last {@link #begin} to its process. */
  private final Map<Integer, Integer> listed = new HashMap<>();

  public ProcfsLockFacts(Proc proc) {
    this.proc = proc;
    this.root = proc.root().fd();
    namespaces = new PidNamespaces(scan, root);
    holders = new FileLockHolders(scan, root);
    long names = ThreadRecord.COMM.bit() | ThreadRecord.LAST_RAN.bit();
    long switches = ThreadRecord.VOLUNTARY_SWITCHES.bit() | ThreadRecord.INVOLUNTARY_SWITCHES.bit();
    described = new ThreadPlan(names, proc.capabilities());
    describedWithSwitches = new ThreadPlan(names | switches, proc.capabilities());
  }

  @Override
  public void begin() {
    listed.clear();
    namespaces.refresh();
    holders.refresh();
  }

  @Override
  public void blocked(
      Set<Integer> pids,
      boolean wantDescribed,
      Consumer<BlockedCall> to,
      Cancellation cancellation) {
    if (wantDescribed && described.lastRan) {
      proc.schedulerClock().refresh();
    }
    for (int pid : pids.isEmpty() ? all() : sorted(pids)) {
      cancellation.check();
      try (OpenProcess process = open(pid)) {
        blocked(process, wantDescribed ? described : null, to);
      }
    }
  }

  private void blocked(OpenProcess process, @Nullable ThreadPlan plan, Consumer<BlockedCall> to) {
    IdList tids = process.tids();
    for (int i = 0; i < tids.size(); i++) {
      listed.put(tids.get(i), process.pid());
    }
    for (int i = 0; i < tids.size(); i++) {
      BlockedCall call = process.blocked(tids.get(i), plan);
      if (call != null) {
        to.accept(call);
      }
    }
  }

  @Override
  public Optional<BlockedCall> blocked(ThreadId thread) {
    if (describedWithSwitches.lastRan) {
      proc.schedulerClock().refresh();
    }
    try (OpenProcess process = open(thread.pid())) {
      return process.exists()
          ? Optional.ofNullable(process.blocked(thread.tid(), describedWithSwitches))
          : Optional.empty();
    }
  }

  private OpenProcess open(int pid) {
    return new OpenProcess(proc, scan, pid);
  }

  private int[] all() {
    IdList pids = new IdList();
    proc.root().processes().read(scan, pids);
    return pids.toArray();
  }

  private static int[] sorted(Set<Integer> pids) {
    return new TreeSet<>(pids).stream().mapToInt(pid -> pid).toArray();
  }

  @Override
  public Optional<ThreadId> thread(int pid, int tid, boolean anywhere) {
    if (!namespaces.isOurs(pid)) {
      return namespaces.find(pid, tid, anywhere);
    }
    Integer process = listed.get(tid);
    if (process == null) {
      scan.inEntry(root, tid);
      process = scan.load(FileName.STATUS) < 0 ? -1 : StatusFile.tgid(scan.cursor);
    }
    boolean fits = anywhere ? process > 0 : process == pid;
    return fits ? Optional.of(new ThreadId(process, tid)) : Optional.empty();
  }

  @Override
  public int[] threads(int pid) {
    try (OpenProcess process = open(pid)) {
      return process.tids().toArray();
    }
  }

  @Override
  public Optional<int[]> children(int pid) {
    try (OpenProcess process = open(pid)) {
      return process.children();
    }
  }

  @Override
  public Optional<List<FileLock>> fileLocks() {
    scan.inDirectory(root);
    return scan.loadWhole(FileName.LOCKS) < 0
        ? Optional.empty()
        : Optional.of(LocksFile.parse(text()));
  }

  @Override
  public Optional<LockedFile> file(int pid, int fd) {
    enter(pid);
    int fds = scan.openDirectory(FileName.FD);
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
    Syscalls.close(fds);
    return file;
  }

  @Override
  public Optional<int[]> holders(FileLock lock, boolean thorough) {
    boolean isHeldByOwner = !thorough && lock.pid() > 0 && holders.has(lock.pid(), lock);
    return isHeldByOwner
        ? Optional.of(new int[] {lock.pid()})
        : holders.of(lock, this::all, () -> fileLocks().orElse(List.of()));
  }

  @Override
  public Optional<LockedFile> mapping(int pid, long address) {
    Mappings maps = scan.maps;
    boolean found = loadMappings(pid);
    while (found && maps.next()) {
      if (maps.contains(address)) {
        long offset = maps.inode == 0 ? 0 : maps.offset + address - maps.from;
        return Optional.of(new LockedFile(maps.device, maps.inode, offset, maps.name()));
      }
    }
    return Optional.empty();
  }

  @Override
  public byte[] memory(int pid, long address, int length) {
    if (proc.capabilities().live() && length <= MAX_DIRECT_BYTES) {
      byte[] read = memory.read(pid, address, length);
      int living = read.length > 0 ? -1 : LivingThread.of(scan, root, pid);
      return living < 0 ? read : memory.read(living, address, length);
    }
    enter(pid);
    int file = scan.open(FileName.MEM);
    if (file < 0) {
      return new byte[0];
    }
    NativeBuffer buffer = NativeBuffer.allocate(length);
    int count = Syscalls.pread(file, buffer.address(), length, address);
    Syscalls.close(file);
    byte[] bytes = new byte[Math.max(count, 0)];
    buffer.buffer().get(0, bytes);
    return bytes;
  }

  @Override
  public Optional<List<Code>> code(int pid) {
    if (!loadMappings(pid)) {
      return Optional.empty();
    }
    Mappings maps = scan.maps;
    List<Code> code = new ArrayList<>();
    while (maps.next()) {
      if (maps.executable) {
        code.add(new Code(maps.from, maps.to, maps.name()));
      }
    }
    // A line that was skipped may be code, so the others would allow a wrong conclusion.
    return maps.isComplete() ? Optional.of(code) : Optional.empty();
  }

  /**
   * Moves {@code scan.maps} before the first mapping of a process. Returns false if the mappings
   * can't be read.
   */
  private boolean loadMappings(int pid) {
    enter(pid);
    boolean loaded = scan.loadWhole(FileName.MAPS) >= 0;
    if (loaded) {
      scan.maps.over(scan.cursor);
    }
    return loaded;
  }

  /**
   * Makes names relative to a process, or to its first living thread if its main thread has ended.
   * /proc has a directory of each thread beside those of processes, although it doesn't list it.
   */
  private void enter(int pid) {
    int living = LivingThread.of(scan, root, pid);
    scan.inEntry(root, living < 0 ? pid : living);
  }

  @Override
  public Optional<Registers> registers(ThreadId thread) {
    return proc.capabilities().live() ? StoppedThread.registers(thread.tid()) : Optional.empty();
  }

  @Override
  public Optional<byte[]> comm(ThreadId thread) {
    scan.inEntry(root, thread.isProcess() ? thread.pid() : thread.tid());
    return CommFile.read(scan);
  }

  private String text() {
    return new String(scan.cursor.bytes(), 0, scan.cursor.end(), StandardCharsets.ISO_8859_1);
  }
}
