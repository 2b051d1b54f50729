package kifs.kernel.procfs.holdings;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.guard.GuardedReads;
import kifs.kernel.procfs.guard.GuardedText;
import kifs.kernel.procfs.probe.Proc;
import kifs.kernel.procfs.scan.DevShm;
import kifs.kernel.procfs.scan.FileName;
import kifs.kernel.procfs.scan.FileTables;
import kifs.kernel.procfs.scan.LivingThread;
import kifs.kernel.procfs.scan.Mappings;
import kifs.kernel.procfs.scan.NumberedFiles;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.procfs.scan.TmpfsDevices;
import kifs.kernel.procfs.scan.Warnings;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.shm.ShmKey;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.shm.ShmPath;
import kifs.kernel.source.Cancellation;
import org.jspecify.annotations.Nullable;

/**
 * Finds shared-memory objects: named ones in listings, others by the processes that map them or
 * have them open. Not thread-safe; each pass has its own reader.
 */
final class ShmReader {
  /** Maximum number of files in /dev/shm, so that no user can fill the daemon's memory. */
  private static final int MAX_OBJECTS = 1 << 17;

  private static final String MAP_FILES = "/map_files/";

  private static final byte[] SYSTEM_V = "/SYSV".getBytes(StandardCharsets.US_ASCII);

  private final Proc proc;
  private final HeldFacts held;
  private final Scan scan;
  private final ShmObjects objects;
  private final ShmMeter meter;
  private final Mappings maps;
  private final NumberedFiles files = new NumberedFiles();
  private final FileTables fileTables;
  private final long ownIpc;
  private final TmpfsDevices tmpfs = new TmpfsDevices();
  private final boolean swaps;
  private boolean inexact;

  ShmReader(Proc proc, HeldFacts held, Scan scan) {
    this.proc = proc;
    this.held = held;
    this.scan = scan;
    objects = new ShmObjects(proc.shmDevices());
    fileTables = new FileTables(proc.capabilities().live());
    Record swap = Record.allocate(SystemRecord.TYPE);
    proc.system().read(scan, SystemRecord.SWAP_TOTAL.bit(), swap);
    swaps = swap.get(SystemRecord.SWAP_TOTAL) > 0;
    meter = new ShmMeter(swaps);
    scan.inDirectory(proc.root().fd());
    maps = scan.maps;
    ownIpc = scan.namespace(FileName.SELF_NS_IPC);
  }

  ShmObjects objects() {
    return objects;
  }

  /**
   * Finds the objects that processes map or have open, and measures them.
   *
   * @param pids the processes; null means all processes, and also the objects that no process uses
   */
  void find(int @Nullable [] pids, Cancellation cancellation) {
    boolean ofAll = pids == null;
    if (ofAll) {
      listings();
    }
    if (!held.shm(pids, objects.devices(), new Told(), cancellation)) {
      objects.clear();
      if (ofAll) {
        listings();
      }
      proc.forEachProcess(scan, pids, cancellation, this::read);
    }
    measure();
  }

  private void read(int pid, int dir) {
    if (Syscalls.isRefusal(mappings(pid, dir))) {
      proc.warnings().add(Warnings.MAPPINGS_REFUSED);
      if (!proc.mayTrace()) {
        // The kernel may refuse any number of processes, so a count of users would be misleading.
        objects.missUsers();
      }
    }
    openFiles(pid, dir);
  }

  /** Finds objects that have a name, mapped or not. Reads no process. */
  void listings() {
    scan.inDirectory(proc.root().fd());
    if (scan.loadWhole(FileName.SYSTEM_V_SHM) >= 0) {
      SystemVShmFile.parse(scan.cursor, objects);
    }
    if (proc.capabilities().live() && !new DevShm(MAX_OBJECTS).visit(this::file)) {
      proc.warnings()
          .add("more than " + MAX_OBJECTS + " files in /dev/shm: the others are not seen");
    }
  }

  private void file(String path) {
    if (meter.stat(path)) {
      ByteBuffer bytes = ByteBuffer.wrap(path.getBytes(StandardCharsets.ISO_8859_1));
      ShmObject object = objects.at(bytes, 0, bytes.limit(), meter.device(), meter.inode(), 0);
      if (object != null) {
        object.exists(true);
        long resident = meter.resident(path);
        object.measured(meter.size(), resident, meter.swapped(), meter.uid());
        object.foundAt(path);
        if (path.indexOf('/', DevShm.PATH.length() + 1) < 0) {
          // Not every user may list a directory below.
          object.list();
        }
      }
    }
  }

  /**
   * Finds the objects that a process maps. An unreadable process is skipped.
   *
   * @param dir the open directory of the process
   * @return 0, or a negative errno if the mappings can't be read
   */
  private int mappings(int pid, int dir) {
    GuardedText text = proc.guard().text(pid, dir, FileName.MAPS, GuardedReads.WHOLE);
    if (text.length() <= 0) {
      return text.length();
    }
    maps.over(text.cursor());
    long ipc = -1;
    while (maps.nextShared()) {
      boolean systemV = isSystemV(maps.text(), maps.path, maps.pathLength);
      if (systemV && ipc < 0) {
        ipc = ipcNamespace(dir);
      }
      mapped(
          pid,
          maps.from,
          maps.to,
          objects.at(
              maps.text(),
              maps.path,
              maps.pathLength,
              maps.device,
              maps.inode,
              systemV ? ipc : 0,
              device -> tmpfs.has(scan, dir, device)));
    }
    return 0;
  }

  /**
   * Adds a mapping to an object.
   *
   * @param object null if the mapping is not shared memory
   */
  private void mapped(int pid, long from, long to, @Nullable ShmObject object) {
    if (object != null) {
      objects.mapped(object, pid, to - from);
      if (object.wantsWhere()) {
        String range = Long.toHexString(from) + "-" + Long.toHexString(to);
        object.foundAt(proc.root().path() + "/" + pid + MAP_FILES + range);
      }
    }
  }

  private static boolean isSystemV(ByteBuffer path, int from, int length) {
    for (int i = 0; i < SYSTEM_V.length; i++) {
      if (i >= length || path.get(from + i) != SYSTEM_V[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * The inode number of the ipc namespace of a process; 0 if it is our own, or can't be read.
   *
   * @param dir the open directory of the process
   */
  private long ipcNamespace(int dir) {
    // A main thread leaves its namespaces when it ends.
    LivingThread.enter(scan, dir);
    long namespace = scan.namespace(FileName.NS_IPC);
    return namespace < 0 || namespace == ownIpc ? 0 : namespace;
  }

  /**
   * Finds the objects that a process has open. An open fd is the only trace of an object without a
   * name that no process maps.
   */
  private void openFiles(int pid, int dir) {
    fileTables.forEach(
        scan,
        dir,
        pid,
        (links, fds, tid) -> {
          for (int i = 0; i < fds.size(); i++) {
            int length = files.readLink(links, fds.get(i));
            if (length > 0) {
              open(pid, tid, fds.get(i), files.link(), 0, length);
            }
          }
        });
  }

  private void open(int pid, int tid, int fd, ByteBuffer text, int path, int length) {
    // Programs don't open System V objects. An fd of one comes from map_files and doesn't count.
    if (ShmPath.mayBe(text, path, length) && !isSystemV(text, path, length)) {
      String where = find(pid, tid, fd);
      if (where != null) {
        ShmObject object = objects.at(text, path, length, meter.device(), meter.inode(), 0);
        if (object != null) {
          objects.opened(object, pid, 1);
          if (object.wantsWhere()) {
            object.foundAt(where);
          }
        }
      }
    }
  }

  /**
   * Stats an open file.
   *
   * @return the path of its link in /proc; null if the file was closed meanwhile, or is no regular
   *     one
   */
  private @Nullable String find(int pid, int tid, int fd) {
    String process = proc.root().path() + "/" + pid;
    String where = process + (tid == 0 ? "" : "/task/" + tid) + "/fd/" + fd;
    if (meter.stat(where)) {
      return where;
    }
    int living = tid == 0 ? LivingThread.of(scan, proc.root().fd(), pid) : -1;
    String ofLiving = process + "/task/" + living + "/fd/" + fd;
    return living >= 0 && meter.stat(ofLiving) ? ofLiving : null;
  }

  /** Receives mappings and files from {@link HeldFacts}. */
  private final class Told implements HeldFacts.Shm {
    @Override
    public void mapping(HeldFacts.MappingView view) {
      long ipc = view.ipcNamespace() == ownIpc ? 0 : view.ipcNamespace();
      ShmObject object =
          objects.at(
              view.text(),
              view.path(),
              view.pathLength(),
              view.device(),
              view.inode(),
              ipc,
              device -> view.isOfTmpfs());
      mapped(view.pid(), view.from(), view.to(), object);
    }

    @Override
    public void file(int pid, int tid, int fd, ByteBuffer text, int path, int pathLength) {
      open(pid, tid, fd, text, path, pathLength);
    }

    @Override
    public void elsewhere(int pid) {
      proc.root().withProcess(scan, pid, ShmReader.this::read);
    }
  }

  /** Measures the objects that are in no listing. */
  void measure() {
    for (ShmObject object : objects.all()) {
      if (!object.isMeasured()) {
        for (var where : object.where()) {
          if (measure(object, where)) {
            break;
          }
        }
      }
    }
    if (inexact || meter.isInexact()) {
      proc.warnings()
          .add("no cachestat: resident_bytes of shared memory counts what is swapped out as well");
    }
  }

  /** Measures an object by a path. Returns false if the path no longer leads to the object. */
  boolean measure(ShmObject object, String where) {
    ShmKey key = object.key();
    if (where.equals(SystemVShmFile.WHERE)) {
      scan.inDirectory(proc.root().fd());
      ShmObjects now = new ShmObjects(proc.shmDevices());
      if (scan.loadWhole(FileName.SYSTEM_V_SHM) >= 0) {
        SystemVShmFile.parse(scan.cursor, now);
      }
      ShmObject same = now.byId(key.id());
      if (same != null) {
        object.measuredLike(same);
      }
      return same != null;
    }
    if (!proc.capabilities().live()) {
      return false;
    }
    int pid = mapper(where);
    ShmMeter.Size size =
        pid == 0
            ? meter.measure(where, key)
            : proc.guard()
                .read(
                    pid,
                    GuardedReads.BY_ID,
                    Optional.<ShmMeter.Size>empty(),
                    (unused, dir) -> Optional.ofNullable(new ShmMeter(swaps).measure(where, key)))
                .orElse(null);
    if (size != null) {
      object.measured(size.bytes(), size.resident(), size.swapped(), size.user());
      if (key.kind() != ShmRecord.SYSTEM_V) {
        object.exists(size.exists());
      }
      inexact |= size.inexact();
    }
    return size != null;
  }

  /**
   * The process through whose mapping a path leads, so that the kernel needs its memory to follow
   * the path; 0: none.
   */
  private int mapper(String where) {
    String start = proc.root().path() + "/";
    int end = where.startsWith(start) ? where.indexOf(MAP_FILES) : -1;
    return end < 0 ? 0 : Integer.parseInt(where, start.length(), end, 10);
  }
}
