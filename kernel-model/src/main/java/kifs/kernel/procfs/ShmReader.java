package kifs.kernel.procfs;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import kifs.kernel.linux.LibC;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.SystemRecord;
import kifs.kernel.shm.ShmKey;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.shm.ShmPath;
import kifs.kernel.source.Cancellation;

/**
 * Finds the shared-memory objects: those with a name in listings, the others by who maps them or
 * has them open. Not thread-safe; one pass has it.
 */
final class ShmReader {
  /** Nobody's objects shall fill the daemon's memory. */
  private static final int MOST_OBJECTS = 1 << 17;

  private static final byte[] SYSTEM_V = "/SYSV".getBytes(StandardCharsets.US_ASCII);

  private final ProcfsSource source;
  private final Scan scan;
  private final ShmObjects objects;
  private final ShmMeter meter;
  private final Mappings maps;
  private final NumberedFiles files = new NumberedFiles();
  private final Ids fds = new Ids();
  private final long ownIpc;

  ShmReader(ProcfsSource source, Scan scan) {
    this.source = source;
    this.scan = scan;
    objects = new ShmObjects(source.shmDevices());
    Record swap = Record.allocate(SystemRecord.TYPE);
    source.system().read(scan, SystemRecord.SWAP_TOTAL.bit(), swap);
    meter = new ShmMeter(swap.get(SystemRecord.SWAP_TOTAL) > 0);
    scan.at(source.root());
    maps = scan.maps;
    ownIpc = scan.namespace(Name.SELF_NS_IPC);
  }

  ShmObjects objects() {
    return objects;
  }

  /** Finds everything. */
  void lookAtAll(Cancellation cancellation) {
    listings();
    Ids pids = new Ids();
    source.system().listProcesses(scan, pids);
    for (int i = 0; i < pids.size(); i++) {
      cancellation.check();
      int dir = scan.bind(source.root(), pids.get(i));
      if (dir >= 0) {
        if (Holdings.isRefusal(mappings(pids.get(i), dir))) {
          source.warnOfMaps();
        }
        openFiles(pids.get(i), dir);
        LibC.close(dir);
      }
    }
    measure();
  }

  /** Finds what has a name, be it mapped or not. Looks at no process. */
  void listings() {
    scan.at(source.root());
    if (scan.loadWhole(Name.SYSTEM_V_SHM) >= 0) {
      SystemVShmFile.parse(scan.cursor, objects);
    }
    if (source.capabilities().live() && !new ShmDirectory(MOST_OBJECTS).visit(this::file)) {
      source.warn("more than " + MOST_OBJECTS + " files in /dev/shm: the others are not seen");
    }
  }

  private void file(String path) {
    if (meter.look(path)) {
      ByteBuffer bytes = ByteBuffer.wrap(path.getBytes(StandardCharsets.ISO_8859_1));
      ShmObject object = objects.at(bytes, 0, bytes.limit(), meter.device(), meter.inode(), 0);
      object.measured(meter.size(), meter.resident(path), meter.uid());
      object.foundAt(path);
    }
  }

  /**
   * Finds what a process maps.
   *
   * @param dir its directory
   * @return 0, or a negative errno if that can't be told
   */
  int mappings(int pid, int dir) {
    scan.at(dir);
    int length = scan.loadWhole(Name.MAPS);
    if (length <= 0) {
      return length;
    }
    maps.over(scan.cursor);
    long ipc = -1;
    while (maps.next()) {
      boolean systemV = isSystemV(maps.text(), maps.path, maps.pathLength);
      if (systemV && ipc < 0) {
        ipc = ipcNamespace(dir);
      }
      ShmObject object = object(systemV ? ipc : 0);
      if (object != null) {
        objects.mapped(object, pid, maps.to - maps.from);
        if (object.wantsWhere()) {
          object.foundAt(mapFile(pid));
        }
      }
    }
    return 0;
  }

  private ShmObject object(long ipc) {
    return objects.at(maps.text(), maps.path, maps.pathLength, maps.device, maps.inode, ipc);
  }

  private String mapFile(int pid) {
    String range = Long.toHexString(maps.from) + "-" + Long.toHexString(maps.to);
    return source.path() + "/" + pid + "/map_files/" + range;
  }

  private static boolean isSystemV(ByteBuffer path, int from, int length) {
    for (int i = 0; i < SYSTEM_V.length; i++) {
      if (i >= length || path.get(from + i) != SYSTEM_V[i]) {
        return false;
      }
    }
    return true;
  }

  /** 0: our own. */
  private long ipcNamespace(int dir) {
    scan.at(dir);
    long namespace = scan.namespace(Name.NS_IPC);
    return namespace < 0 || namespace == ownIpc ? 0 : namespace;
  }

  /** Finds what a process has open, which is all that is to be seen of a memfd nobody maps. */
  void openFiles(int pid, int dir) {
    scan.at(dir);
    int links = scan.openDirectory(Name.FD);
    if (links < 0) {
      return;
    }
    scan.numbers(links, fds);
    for (int i = 0; i < fds.size(); i++) {
      int fd = fds.get(i);
      int length = files.readLink(links, fd);
      // Nobody opens a System V object: who got at one by map_files is of no account.
      if (length > 0
          && ShmPath.mayBe(files.link(), 0, length)
          && !isSystemV(files.link(), 0, length)) {
        String where = source.path() + "/" + pid + "/fd/" + fd;
        if (meter.look(where)) {
          ShmObject object = objects.at(files.link(), 0, length, meter.device(), meter.inode(), 0);
          if (object != null && object.wantsWhere()) {
            object.foundAt(where);
          }
        }
      }
    }
    LibC.close(links);
  }

  /** Finds the size of what stands in no listing. */
  void measure() {
    for (ShmObject object : objects.all()) {
      if (!object.isMeasured()) {
        object.where().stream().anyMatch(where -> measure(object, where));
      }
    }
    if (meter.isBlurred()) {
      source.warn(
          "no cachestat: resident_bytes of shared memory counts what is swapped out as well");
    }
  }

  /** By that file, if it still is that object's; whether it is. */
  boolean measure(ShmObject object, String where) {
    ShmKey key = object.key();
    if (where.equals(SystemVShmFile.WHERE)) {
      scan.at(source.root());
      ShmObjects now = new ShmObjects(source.shmDevices());
      if (scan.loadWhole(Name.SYSTEM_V_SHM) >= 0) {
        SystemVShmFile.parse(scan.cursor, now);
      }
      ShmObject same = now.byId(key.id());
      if (same != null) {
        object.measuredLike(same);
      }
      return same != null;
    }
    boolean same =
        source.capabilities().live()
            && meter.look(where)
            && meter.inode() == key.inode()
            && (key.kind() == ShmRecord.SYSTEM_V || meter.device() == key.space());
    if (same) {
      object.measured(meter.size(), meter.resident(where), meter.uid());
    }
    return same;
  }
}
