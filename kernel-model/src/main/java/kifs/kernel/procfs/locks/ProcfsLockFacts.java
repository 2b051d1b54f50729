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
import java.util.function.Function;
import kifs.kernel.linux.NativeBuffer;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.locks.blocked.BlockedCall;
import kifs.kernel.locks.blocked.FileLock;
import kifs.kernel.locks.blocked.LockFacts;
import kifs.kernel.locks.blocked.Registers;
import kifs.kernel.locks.graph.ThreadId;
import kifs.kernel.locks.graph.Wait.LockedFile;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.process.StatusFile;
import kifs.kernel.procfs.process.ThreadPlan;
import kifs.kernel.procfs.scan.CommFile;
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

  private final Scan scan = new Scan();
  private final PidNamespaces namespaces;
  private final SharedOwners sharers;
  private final FileLockHolders holders;
  private final ThreadPlan described;
  private final ThreadPlan describedWithSwitches;

  /** Maps each thread that was listed since the last {@link #begin} to its process. */
  private final Map<Integer, Integer> listed = new HashMap<>();

  public ProcfsLockFacts(Proc proc) {
    this.proc = proc;
    this.root = proc.root().fd();
    namespaces = new PidNamespaces(scan, root);
    sharers = new SharedOwners(namespaces, this::mappings);
    holders = new FileLockHolders(proc.guard(), root);
    long names = ThreadRecord.COMM.bit() | ThreadRecord.LAST_RAN.bit();
    long switches = ThreadRecord.VOLUNTARY_SWITCHES.bit() | ThreadRecord.INVOLUNTARY_SWITCHES.bit();
    described = new ThreadPlan(names, proc.capabilities());
    describedWithSwitches = new ThreadPlan(names | switches, proc.capabilities());
  }

  @Override
  public void begin() {
    listed.clear();
    namespaces.refresh();
    sharers.refresh();
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
      int[] tids = threads(pid);
      for (int tid : tids) {
        listed.put(tid, pid);
      }
      guarded(
              ThreadId.anyOf(pid),
              List.<BlockedCall>of(),
              process -> blocked(process, tids, plan(wantDescribed)))
          .forEach(to);
    }
  }

  private @Nullable ThreadPlan plan(boolean wantDescribed) {
    return wantDescribed ? described : null;
  }

  private static List<BlockedCall> blocked(
      OpenProcess process, int[] tids, @Nullable ThreadPlan plan) {
    List<BlockedCall> found = new ArrayList<>();
    for (int tid : tids) {
      BlockedCall call = process.blocked(tid, plan);
      if (call != null) {
        found.add(call);
      }
    }
    return found;
  }

  /**
   * Reads something of a process that can wait.
   *
   * @param thread through which the process is read; any thread: through the process itself
   * @param unreadable the result if it does
   */
  private <T> T guarded(ThreadId thread, T unreadable, Function<OpenProcess, T> read) {
    int id = thread.isProcess() ? thread.pid() : thread.tid();
    return proc.guard()
        .read(
            thread.pid(),
            GuardedReads.BY_ID,
            unreadable,
            (own, dir) -> {
              try (OpenProcess process = new OpenProcess(proc, own, id)) {
                return read.apply(process);
              }
            });
  }

  @Override
  public Optional<BlockedCall> blocked(ThreadId thread) {
    if (describedWithSwitches.lastRan) {
      proc.schedulerClock().refresh();
    }
    return guarded(
        ThreadId.anyOf(thread.pid()),
        Optional.empty(),
        process ->
            process.exists()
                ? Optional.ofNullable(process.blocked(thread.tid(), describedWithSwitches))
                : Optional.empty());
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
  public Optional<ThreadId> sharer(int pid, long word, int tid) {
    return sharers.find(pid, word, tid);
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
  public Optional<Integer> vforkChild(ThreadId parent) {
    if (!proc.capabilities().live()) {
      return Optional.empty();
    }
    try (OpenProcess process = open(parent.pid())) {
      return process.vforkChild(parent.tid());
    }
  }

  @Override
  public Optional<List<FileLock>> fileLocks() {
    scan.inDirectory(root);
    return scan.loadWhole(FileName.LOCKS) < 0
        ? Optional.empty()
        : Optional.of(LocksFile.parse(text(scan)));
  }

  @Override
  public Optional<LockedFile> file(int pid, int fd) {
    return fd < 0
        ? Optional.empty()
        : proc.guard()
            .read(pid, GuardedReads.BY_ID, Optional.empty(), (own, dir) -> file(own, pid, fd));
  }

  private Optional<LockedFile> file(Scan own, int pid, int fd) {
    LivingThread.enterEntry(own, root, pid);
    int fds = own.openDirectory(FileName.FD);
    if (fds < 0) {
      return Optional.empty();
    }
    Optional<LockedFile> file = Optional.empty();
    if (own.statxEntry(fds, fd, Statx.WANT_INODE) >= 0) {
      long device =
          Statx.device(
              own.small().getInt(Statx.DEVICE_MAJOR), own.small().getInt(Statx.DEVICE_MINOR));
      long inode = own.small().getLong(Statx.INODE);
      String path = own.readLinkEntry(fds, fd) < 0 ? "" : text(own);
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
    Mappings maps = mappings(pid);
    while (maps != null && maps.next()) {
      if (maps.contains(address)) {
        long offset = maps.inode == 0 ? 0 : maps.offset + address - maps.from;
        return Optional.of(new LockedFile(maps.device, maps.inode, offset, maps.name()));
      }
    }
    return Optional.empty();
  }

  @Override
  public byte[] memory(ThreadId thread, long address, int length) {
    return guarded(thread, new byte[0], process -> memory(process, address, length));
  }

  private static byte[] memory(OpenProcess process, long address, int length) {
    int file = process.memory();
    if (file < 0) {
      return new byte[0];
    }
    NativeBuffer buffer = NativeBuffer.allocate(length);
    int count = Syscalls.pread(file, buffer.address(), length, address);
    byte[] bytes = new byte[Math.max(count, 0)];
    buffer.buffer().get(0, bytes);
    return bytes;
  }

  @Override
  public Optional<List<Code>> code(int pid) {
    Mappings maps = mappings(pid);
    if (maps == null) {
      return Optional.empty();
    }
    List<Code> code = new ArrayList<>();
    while (maps.next()) {
      if (maps.executable) {
        code.add(new Code(maps.from, maps.to, maps.name()));
      }
    }
    // A line that was skipped may be code, so the others would allow a wrong conclusion.
    return maps.isComplete() ? Optional.of(code) : Optional.empty();
  }

  private @Nullable Mappings mappings(int pid) {
    return GuardedMappings.read(scan, proc.guard(), root, pid);
  }

  @Override
  public Optional<Registers> registers(ThreadId thread) {
    return proc.capabilities().live()
        ? proc.guard()
            .readOnce(
                thread.pid(), Optional.empty(), (own, dir) -> StoppedThread.registers(thread.tid()))
        : Optional.empty();
  }

  @Override
  public Optional<byte[]> comm(ThreadId thread) {
    scan.inEntry(root, thread.isProcess() ? thread.pid() : thread.tid());
    return CommFile.read(scan);
  }

  private static String text(Scan scan) {
    return new String(scan.cursor.bytes(), 0, scan.cursor.end(), StandardCharsets.ISO_8859_1);
  }
}
