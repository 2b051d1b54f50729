package kifs.kernel.procfs.cgroups;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.limits.EntityLimits;
import kifs.kernel.linux.events.WatchedCgroup;
import kifs.kernel.procfs.host.SystemReader;
import kifs.kernel.procfs.scan.ProcRoot;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.CgroupRef;
import org.jspecify.annotations.Nullable;

/** Finds the cgroups of the host, all or one, and reads their figures. Thread-safe. */
public final class ProcfsCgroups {
  /** How many paths of groups that a client has bound to are kept. */
  private static final int MAX_BOUND = 16_384;

  /** The fields for which every hierarchy is asked whether it has the group. */
  private static final long OF_ALL_HIERARCHIES =
      CgroupRecord.VERSIONS.bit() | CgroupRecord.CONTROLLERS.bit();

  private final ProcRoot root;
  private final SystemReader host;
  private final Hierarchies hierarchies;

  /** The path of each group that the last pass over all of them has found, by id. */
  private volatile Map<Long, String> seen = Map.of();

  /** The paths of the groups that were bound last, by id. Guarded by itself. */
  private final Map<Long, String> bound =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Long, String> eldest) {
          return size() > MAX_BOUND;
        }
      };

  public ProcfsCgroups(ProcRoot root, SystemReader host, Hierarchies hierarchies) {
    this.root = root;
    this.host = host;
    this.hierarchies = hierarchies;
  }

  /**
   * Appends the CGROUP of the group that the query selects, or of the root, and of all groups below
   * it. No other filter of the query applies.
   *
   * @param fields mask of the fields of CGROUP to fill
   */
  public void collect(
      Scan scan, Query query, long fields, BulkBuilder into, Cancellation cancellation) {
    String top = query.cgroupPath().orElse(Names.ROOT);
    if (!Names.isPath(top)) {
      return;
    }
    boolean wantsLimit = (fields & CgroupRecord.MEMORY_EFFECTIVE.bit()) != 0;
    long above = wantsLimit ? new MemoryLimits(hierarchies, scan, host).above(top) : -1;
    GroupReader reader = new GroupReader(hierarchies, scan, GroupPass.needed(fields));
    GroupPass pass = new GroupPass(reader, fields, query, into);
    pass.run(top, hierarchies.mask(), idAbove(scan, top), above, cancellation);
    if (top.equals(Names.ROOT)) {
      seen = pass.paths();
    }
  }

  /** Binds to the group that has a path; empty if there is none. */
  public Optional<CgroupRef> find(String path) {
    return bind(path).map(ref -> ref);
  }

  /**
   * Binds to the root of cgroup v2 and to the groups directly below it, which the caller closes;
   * none if cgroup v2 isn't mounted.
   */
  public List<WatchedCgroup> topLevel() {
    Optional<Ref> top = hierarchies.v2Mask() == 0 ? Optional.empty() : bind(Names.ROOT);
    List<WatchedCgroup> groups = new ArrayList<>();
    top.ifPresent(groups::add);
    top.stream()
        .flatMap(root -> root.children().stream())
        .flatMap(name -> bind(Names.child(Names.ROOT, name)).stream())
        .forEach(groups::add);
    return groups;
  }

  private Optional<Ref> bind(String path) {
    return Names.isPath(path)
        ? root.withScan(Optional.empty(), scan -> bind(scan, path))
        : Optional.empty();
  }

  private Optional<Ref> bind(Scan scan, String path) {
    GroupReader found = locate(scan, path, hierarchies.mask(), null);
    if (found == null) {
      return Optional.empty();
    }
    synchronized (bound) {
      bound.put(found.id(), path);
    }
    return Optional.of(new Ref(found.id(), path, Long.lowestOneBit(found.mask())));
  }

  /**
   * Finds a group, without its figures. The parameters are those of {@link GroupReader#read}.
   *
   * @return has the id and the mask of the group; null if no hierarchy has it
   */
  private @Nullable GroupReader locate(
      Scan scan, String path, long among, @Nullable SortedMap<String, Long> children) {
    GroupReader reader = new GroupReader(hierarchies, scan, 0);
    Record none = Record.allocate(CgroupRecord.TYPE);
    return reader.read(path, among, none, children) ? reader : null;
  }

  /**
   * The path that a group had when it was last read or bound; empty if it isn't known. Reads
   * nothing.
   */
  public Optional<String> path(long id) {
    String path = seen.get(id);
    if (path == null) {
      synchronized (bound) {
        path = bound.get(id);
      }
    }
    return Optional.ofNullable(path);
  }

  /** The id of the group above; 0 if it is the root, or has vanished. */
  private long idAbove(Scan scan, String path) {
    GroupReader above =
        path.equals(Names.ROOT) ? null : locate(scan, Names.parent(path), hierarchies.mask(), null);
    return above == null ? 0 : above.id();
  }

  /** One group, by its path and the id that it has in one hierarchy. */
  private final class Ref implements WatchedCgroup {
    private final long id;
    private final String path;

    /** The mask of the hierarchy that the id is from. */
    private final long own;

    Ref(long id, String path, long own) {
      this.id = id;
      this.path = path;
      this.own = own;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public String path() {
      return path;
    }

    @Override
    public boolean read(long fields, Record cgroup) {
      return root.withScan(false, scan -> read(scan, fields, cgroup));
    }

    private boolean read(Scan scan, long fields, Record cgroup) {
      long needed = GroupPass.needed(fields);
      GroupReader reader = new GroupReader(hierarchies, scan, needed);
      boolean isOfAll = (fields & OF_ALL_HIERARCHIES) != 0;
      long among = isOfAll ? hierarchies.mask() : hierarchies.having(needed) | own;
      reader.read(path, among, cgroup, null);
      if (!isPresent(scan)) {
        return false;
      }
      cgroup.set(CgroupRecord.ID, id);
      cgroup.set(CgroupRecord.DEPTH, CgroupRecord.depth(path));
      cgroup.setWanted(fields, CgroupRecord.VERSIONS, reader.versions());
      if ((fields & CgroupRecord.PARENT.bit()) != 0) {
        cgroup.set(CgroupRecord.PARENT, idAbove(scan, path));
      }
      if ((fields & CgroupRecord.MEMORY_EFFECTIVE.bit()) != 0) {
        long above = new MemoryLimits(hierarchies, scan, host).above(path);
        cgroup.set(CgroupRecord.MEMORY_EFFECTIVE, MemoryLimits.with(above, cgroup));
        cgroup.clearAll(CgroupRecord.MEMORY_LIMIT.bit() & ~fields);
      }
      return true;
    }

    /** Whether the directory at the path is still that of the group. */
    private boolean isPresent(Scan scan) {
      GroupReader found = locate(scan, path, own, null);
      return found != null && found.id() == id;
    }

    @Override
    public List<String> children() {
      return root.withScan(
          List.of(),
          scan -> {
            TreeMap<String, Long> children = new TreeMap<>();
            locate(scan, path, hierarchies.mask(), children);
            return isPresent(scan) ? List.copyOf(children.keySet()) : List.of();
          });
    }

    @Override
    public int[] pids() {
      return root.withScan(
          new int[0],
          scan -> {
            int[] pids = new Members(hierarchies, scan, root.fd()).of(path);
            return isPresent(scan) ? pids : new int[0];
          });
    }

    @Override
    public Optional<EntityLimits> limits() {
      return Optional.of(new GroupLimits(hierarchies, path, this::isPresent));
    }

    @Override
    public List<String> files(String name) {
      List<String> files = new ArrayList<>();
      for (Hierarchy hierarchy : hierarchies.all()) {
        files.add(hierarchy.mountPoint() + Names.child(path, name));
      }
      return files;
    }

    @Override
    public boolean isPresent() {
      return root.withScan(false, this::isPresent);
    }

    @Override
    public void close() {
      // A ref holds no resource.
    }
  }
}
