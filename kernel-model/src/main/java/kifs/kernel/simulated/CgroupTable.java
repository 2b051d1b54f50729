package kifs.kernel.simulated;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.TextRecord;
import kifs.kernel.simulated.figures.SimulationException;
import org.jspecify.annotations.Nullable;

/** All cgroups of a simulated kernel, by path. Guarded by the kernel's lock. */
final class CgroupTable {
  private static final String ROOT = "/";
  private static final long ROOT_ID = 1;

  private final World world;

  /** A parent precedes its children, and siblings are in the order of their names. */
  private final TreeMap<String, SimulatedCgroup> groups =
      new TreeMap<>(Comparator.comparing((String path) -> path.replace('/', '\0')));

  /** The paths of all groups that there ever were, by id. */
  private final Map<Long, String> paths = new HashMap<>();

  CgroupTable(World world) {
    this.world = world;
    make(ROOT, ROOT_ID, 0);
  }

  private SimulatedCgroup make(String path, long id, long parent) {
    SimulatedCgroup made = new SimulatedCgroup(world, path, id, parent);
    groups.put(path, made);
    paths.put(id, path);
    return made;
  }

  /** The group of a path. It and those above it are made if they don't exist. */
  SimulatedCgroup require(String path) {
    SimulatedCgroup found = groups.get(path);
    if (found != null) {
      return found;
    }
    if (!path.startsWith(ROOT) || path.endsWith(ROOT)) {
      throw new SimulationException("not a path of a cgroup: " + path);
    }
    SimulatedCgroup above = require(parent(path));
    return make(path, paths.size() + 1L, above.id());
  }

  private static String parent(String path) {
    return path.substring(0, Math.max(1, path.lastIndexOf('/')));
  }

  @Nullable SimulatedCgroup get(String path) {
    return groups.get(path);
  }

  Optional<String> path(long id) {
    return Optional.ofNullable(paths.get(id)).map(CgroupTable::latin1);
  }

  void remove(SimulatedCgroup group) {
    String path = group.path();
    boolean isUsed =
        world.table().allProcesses().stream().anyMatch(p -> p.text().cgroup().equals(path));
    if (path.equals(ROOT) || isUsed || !children(path).isEmpty()) {
      throw new SimulationException("cgroup " + path + " is in use");
    }
    groups.remove(path);
  }

  /** The groups directly below a path, by name. */
  TreeMap<String, SimulatedCgroup> children(String path) {
    TreeMap<String, SimulatedCgroup> children = new TreeMap<>();
    groups.forEach(
        (each, group) -> {
          if (!each.equals(ROOT) && parent(each).equals(path)) {
            children.put(each.substring(each.lastIndexOf('/') + 1), group);
          }
        });
    return children;
  }

  /** Fills the wanted fields of a group. */
  void fill(SimulatedCgroup group, Record record, long fields, long now) {
    long limit = world.system().memoryTotal();
    for (String at = group.path(); ; at = parent(at)) {
      SimulatedCgroup above = groups.get(at);
      if (above != null && Long.compareUnsigned(above.memoryLimit(), limit) < 0) {
        limit = above.memoryLimit();
      }
      if (at.equals(ROOT)) {
        break;
      }
    }
    group.fill(record, fields, limit, now);
  }

  /** Appends the records of the group that a query selects and of those below it. */
  void collect(Query query, long fields, BulkBuilder into, long now) {
    for (SimulatedCgroup group : groups.values()) {
      byte[] path = group.path().getBytes(StandardCharsets.UTF_8);
      boolean isBelow =
          query.cgroupPath().isEmpty()
              || query.admitsCgroup(new String(path, StandardCharsets.ISO_8859_1));
      if (!isBelow) {
        continue;
      }
      Record record = into.append(CgroupRecord.TYPE);
      fill(group, record, fields, now);
      if (!query.needs(record)) {
        into.removeLast(CgroupRecord.TYPE);
      } else if (into.wants(TextRecord.TYPE) && (fields & CgroupRecord.PATH_OFFSET.bit()) != 0) {
        record.set(CgroupRecord.PATH_OFFSET, into.appendText(path));
        record.set(CgroupRecord.PATH_LENGTH, path.length);
      }
    }
  }

  /** Returns one char for each byte, which is the form that paths have outside. */
  static String latin1(String path) {
    return new String(path.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** The path that a text with one char for each byte stands for. */
  static String decoded(String latin1) {
    return new String(latin1.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
