package kifs.kernel.simulated;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.fd.FdRecords;
import kifs.kernel.fd.Socket;
import kifs.kernel.query.Query;
import kifs.kernel.record.FdRecord;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.shm.ShmObject;
import kifs.kernel.shm.ShmObjects;
import kifs.kernel.simulated.figures.SimulatedDetail;
import kifs.kernel.simulated.figures.SimulatedFile;
import org.jspecify.annotations.Nullable;

/**
 * The part of a pass that reads open fds and shared memory of a simulated kernel. Guarded by the
 * kernel's lock.
 */
final class SimulatedHoldings {
  private final World world;
  private final Query query;
  private final BulkBuilder into;
  private final long now;
  private final boolean all;
  private final @Nullable FdRecords fds;
  private final Map<Long, Socket> sockets = new HashMap<>();
  private final Set<Integer> admitted = new HashSet<>();

  /**
   * @param ofOne whether the pass is about one process only
   */
  SimulatedHoldings(World world, Query query, boolean ofOne, BulkBuilder into, long now) {
    this.world = world;
    this.query = query;
    this.into = into;
    this.now = now;
    this.all = !ofOne && !query.isFiltered();
    this.fds =
        query.wants(FdRecord.TYPE)
            ? new FdRecords(
                into,
                query.fields(FdRecord.TYPE, SimulatedDetail.fields(FdRecord.TYPE, query.detail())))
            : null;
  }

  void process(Sighting of) {
    admitted.add(of.pid());
    if (fds != null) {
      of.process().files(now).forEach((fd, file) -> add(fds, of.pid(), fd, file, sockets));
    }
  }

  void end() {
    if (fds != null) {
      resolve(fds, sockets);
    }
    if (query.wants(ShmRecord.TYPE) || query.wants(ShmUserRecord.TYPE)) {
      ShmObjects found = world.findShm(pid -> all || admitted.contains(pid), all);
      write(found.all(), query, all, into);
    }
  }

  /** Appends the records of one fd of one process. */
  static void fd(Sighting of, int fd, SimulatedFile file, BulkBuilder into) {
    FdRecords records = new FdRecords(into, FdRecord.TYPE.allFields());
    Map<Long, Socket> sockets = new HashMap<>();
    add(records, of.pid(), fd, file, sockets);
    resolve(records, sockets);
  }

  /**
   * Appends the records of shared-memory objects.
   *
   * @param all whether the objects have all their users. If not, their number isn't known
   */
  static void write(Collection<ShmObject> objects, Query query, boolean all, BulkBuilder into) {
    long fields = query.fields(ShmRecord.TYPE, -1) & (all ? -1 : ~ShmRecord.COUNTS);
    ShmObjects.write(objects, fields, query.fields(ShmUserRecord.TYPE, -1), into);
  }

  private static void add(
      FdRecords into, int pid, int fd, SimulatedFile file, Map<Long, Socket> sockets) {
    into.begin(pid, 0, fd);
    file.describe(into);
    Socket socket = file.socket();
    if (socket != null) {
      sockets.put(file.inode(), socket);
    }
  }

  private static void resolve(FdRecords records, Map<Long, Socket> sockets) {
    records.resolve((pid, into) -> sockets.forEach(into::put));
  }
}
