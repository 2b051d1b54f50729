package kifs.kernel.procfs.cgroups;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kifs.kernel.procfs.scan.MountInfo;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;

/**
 * The mounted hierarchies of cgroups: that of v2 first, then those of v1. A set of hierarchies is
 * written as a mask, in which bit n is hierarchy n of the list. Immutable and thread-safe.
 */
public final class Hierarchies {
  private static final String V1_IO = "blkio";
  private static final String V2_IO = "io";

  /** Devices of filesystems without a disk have the major number 0, so this is their number. */
  private static final long MINOR_MASK = 0xFFFFF;

  private final List<Hierarchy> all;

  private Hierarchies(List<Hierarchy> all) {
    this.all = List.copyOf(all);
  }

  /**
   * Finds the hierarchies in a list of mounts. Of several mounts of one hierarchy the first one
   * that shows the whole hierarchy counts.
   */
  public static Hierarchies of(MountInfo mounts, Scan scan) {
    List<Hierarchy> found = new ArrayList<>();
    distinct(mounts.ofType("cgroup2")).stream()
        .findFirst()
        .map(mount -> new Hierarchy(0, mount.mountPoint(), v2Controllers(mount, scan)))
        .ifPresent(found::add);
    for (MountInfo.Mount mount : distinct(mounts.ofType("cgroup"))) {
      int number = (int) (minor(mount.device()) & MINOR_MASK);
      found.add(new Hierarchy(number, mount.mountPoint(), controllers(mount)));
    }
    return new Hierarchies(found);
  }

  private static long minor(long device) {
    return device & 0xFF | device >>> 12 & 0xFFFFFF00L;
  }

  private static List<MountInfo.Mount> distinct(List<MountInfo.Mount> mounts) {
    Map<Long, MountInfo.Mount> byDevice = new LinkedHashMap<>();
    mounts.stream()
        .sorted(Comparator.comparing(mount -> !mount.isWhole()))
        .forEach(mount -> byDevice.putIfAbsent(mount.device(), mount));
    return byDevice.values().stream()
        .sorted(Comparator.comparingLong(MountInfo.Mount::device))
        .toList();
  }

  /** The controllers that no hierarchy of v1 has taken. */
  private static Set<String> v2Controllers(MountInfo.Mount mount, Scan scan) {
    Set<String> controllers = new HashSet<>();
    Hierarchy root = new Hierarchy(0, mount.mountPoint(), controllers);
    Record record = Record.allocate(CgroupRecord.TYPE);
    long field = CgroupRecord.CONTROLLERS.bit();
    new GroupReader(new Hierarchies(List.of(root)), scan, field).read(Names.ROOT, 1, record, null);
    long mask = record.get(CgroupRecord.CONTROLLERS);
    for (int i = 0; i < CgroupRecord.CONTROLLER_NAMES.size(); i++) {
      if ((mask & 1L << i) != 0) {
        controllers.add(CgroupRecord.CONTROLLER_NAMES.get(i));
      }
    }
    return controllers;
  }

  private static Set<String> controllers(MountInfo.Mount mount) {
    Set<String> controllers = new HashSet<>();
    for (String option : mount.options()) {
      controllers.add(option.equals(V1_IO) ? V2_IO : option);
    }
    return controllers;
  }

  /**
   * The directory of a group, which need not exist; empty if no hierarchy can have it.
   *
   * @param controllers those of the hierarchy as in /proc/[pid]/cgroup: none for cgroup v2
   * @param path one char a byte
   */
  public Optional<String> directory(String controllers, String path) {
    List<String> names = List.of(controllers.replace(V1_IO, V2_IO).split(","));
    return all.stream()
        .filter(
            hierarchy ->
                hierarchy.isV2()
                    ? controllers.isEmpty()
                    : hierarchy.controllers().containsAll(names))
        .findFirst()
        .filter(hierarchy -> Names.isPath(path))
        .map(hierarchy -> hierarchy.mountPoint() + path);
  }

  List<Hierarchy> all() {
    return all;
  }

  /** The mask of the hierarchy of v2; 0: it isn't mounted. */
  long v2Mask() {
    return !all.isEmpty() && all.get(0).isV2() ? 1 : 0;
  }

  /** The mask of all hierarchies. */
  long mask() {
    return (1L << all.size()) - 1;
  }

  /**
   * The mask of the hierarchies whose files have some of these fields.
   *
   * @param fields mask of fields of CGROUP
   */
  long having(long fields) {
    long mask = 0;
    for (int i = 0; i < all.size(); i++) {
      mask |= (all.get(i).fields() & fields) != 0 ? 1L << i : 0;
    }
    return mask;
  }

  /**
   * The fields of CGROUP that the files of all hierarchies have. A group may lack some of them.
   *
   * @param hasPressure whether the kernel measures pressure
   */
  public long fields(boolean hasPressure) {
    long fields = all.isEmpty() ? 0 : CgroupFields.OF_ANY;
    for (Hierarchy hierarchy : all) {
      fields |= hierarchy.fields();
    }
    return hasPressure ? fields : fields & ~FigureFiles.PRESSURE_FIELDS;
  }
}
