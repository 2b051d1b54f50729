package kifs.fs.root.metrics;

import static kifs.kernel.record.CgroupRecord.*;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kifs.fs.access.Viewer;
import kifs.fs.node.entity.Kernel;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.source.Cancellation;

/**
 * The cgroups below the root that have used most CPU time of late or have most memory; everybody
 * may see them. A group's figures include those of the groups below it. Thread-safe: guarded by
 * this.
 */
final class CgroupPart implements Part {
  private static final String THING = "cgroup";

  private static final List<Field> COUNTERS =
      List.of(
          CPU_USAGE,
          CPU_USER,
          CPU_SYSTEM,
          CPU_PERIODS,
          CPU_THROTTLED,
          CPU_THROTTLED_TIME,
          MAJOR_FAULTS,
          MAX_EVENTS,
          OOM_KILLS,
          PIDS_REFUSED,
          READ,
          WRITE,
          CPU_SOME.total(),
          MEMORY_SOME.total(),
          IO_SOME.total());

  private static final List<Field> GAUGES =
      List.of(MEMORY, MEMORY_EFFECTIVE, SWAP, ANON, FILE, PIDS, PIDS_LIMIT);

  /** The fields with their metrics. */
  static final Map<Field, Family> FAMILIES = families();

  private static final Query QUERY = query();

  private final Kernel kernel;
  private final Heat<Long> heat = new Heat<>();

  CgroupPart(Kernel kernel) {
    this.kernel = kernel;
  }

  private static Map<Field, Family> families() {
    Map<Field, Family> families = new LinkedHashMap<>();
    COUNTERS.forEach(field -> families.put(field, Family.counterOf(THING, field)));
    GAUGES.forEach(field -> families.put(field, Family.of(THING, field)));
    return families;
  }

  private static Query query() {
    Set<Field> fields = new HashSet<>(FAMILIES.keySet());
    fields.addAll(List.of(ID, DEPTH));
    return Query.of(TYPE).withFields(TYPE, fields.toArray(Field[]::new));
  }

  @Override
  public synchronized void write(Viewer viewer, int top, Exposition out) {
    try (BulkBuilder groups = kernel.snapshots().collect(TYPE, QUERY, Cancellation.NEVER)) {
      Set<Long> chosen = choose(groups, top);
      groups.forEach(
          TYPE,
          group -> {
            if (chosen.contains(group.get(ID))) {
              kernel.source().cgroupPath(group.get(ID)).ifPresent(path -> add(group, path, out));
            }
          });
    }
  }

  private Set<Long> choose(BulkBuilder groups, int top) {
    Map<Long, Long> used = new HashMap<>();
    Map<Long, Long> memory = new HashMap<>();
    groups.forEach(
        TYPE,
        group -> {
          if (group.get(DEPTH) > 0) {
            used.put(group.get(ID), group.get(CPU_USAGE));
            memory.put(group.get(ID), group.get(MEMORY));
          }
        });
    Set<Long> chosen = new HashSet<>(Heat.biggest(heat.update(used, kernel.boottimeNs()), top));
    chosen.addAll(Heat.biggest(memory, top));
    return chosen;
  }

  private static void add(Record group, String path, Exposition out) {
    String label = Exposition.label("cgroup", path);
    FAMILIES.forEach((field, family) -> out.add(family, label, group, field));
  }
}
