package kifs.kernel.procfs.cgroups;

import java.util.List;
import java.util.SortedMap;
import kifs.kernel.linux.Statx;
import kifs.kernel.linux.Syscalls;
import kifs.kernel.procfs.scan.Scan;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of one cgroup after another into CGROUP records. Not thread-safe: it uses one
 * scan.
 */
final class GroupReader {
  /** The number of links of a directory that has no other directory in it. */
  private static final int LINKS_OF_LEAF = 2;

  private static final int WANTED = Statx.WANT_INODE | Statx.WANT_LINKS;

  private final Hierarchies hierarchies;
  private final Scan scan;
  private final long fields;
  private long id;
  private long mask;

  /**
   * @param fields mask of the fields of CGROUP to fill from files
   */
  GroupReader(Hierarchies hierarchies, Scan scan, long fields) {
    this.hierarchies = hierarchies;
    this.scan = scan;
    this.fields = fields;
  }

  /** The id of the last group read. */
  long id() {
    return id;
  }

  /** The mask of the hierarchies that had the last group read. */
  long mask() {
    return mask;
  }

  /** The versions of cgroups that had the last group read, as in {@link CgroupRecord#VERSIONS}. */
  long versions() {
    long v2 = hierarchies.v2Mask();
    return ((mask & ~v2) != 0 ? CgroupRecord.V1 : 0) | ((mask & v2) != 0 ? CgroupRecord.V2 : 0);
  }

  /**
   * Reads a group.
   *
   * @param among mask of the hierarchies to look in
   * @param children receives the names of the groups directly below, each with the mask of the
   *     hierarchies that have it; null: they aren't wanted
   * @return false if no hierarchy has the group
   */
  boolean read(String path, long among, Record into, @Nullable SortedMap<String, Long> children) {
    mask = 0;
    long missing = fields;
    // The hierarchy of v2 is the first one, and comes last here: the group's id is that of the
    // first hierarchy which has it, and a figure of v1's own controller precedes v2's basic one.
    List<Hierarchy> all = hierarchies.all();
    for (int i = all.size() - 1; i >= 0; i--) {
      if ((among & 1L << i) == 0) {
        continue;
      }
      Hierarchy hierarchy = all.get(i);
      int fd = hierarchy.open(scan, path);
      if (fd >= 0) {
        if (scan.statxOpen(fd, WANTED) >= 0) {
          mask |= 1L << i;
          id = hierarchy.id(scan.small().getLong(Statx.INODE));
          if (children != null && scan.small().getInt(Statx.LINKS) != LINKS_OF_LEAF) {
            list(fd, i, children);
          }
          missing = readFiles(hierarchy, fd, missing, into);
        }
        Syscalls.close(fd);
      }
    }
    return mask != 0;
  }

  private void list(int fd, int hierarchy, SortedMap<String, Long> children) {
    scan.subdirectories(
        fd, name -> children.merge(Names.latin1(name), 1L << hierarchy, (a, b) -> a | b));
  }

  /** Fills the missing fields that files of a hierarchy have. Returns those still missing. */
  private long readFiles(Hierarchy hierarchy, int fd, long missing, Record into) {
    long rest = missing;
    scan.inDirectory(fd);
    for (int i = 0; i < FigureFiles.ALL.size(); i++) {
      FigureFile file = FigureFiles.ALL.get(i);
      if ((file.fields() & rest) != 0 && hierarchy.has(file) && scan.loadWhole(file.name()) >= 0) {
        file.parser().parse(scan.cursor, rest, into);
        rest &= ~file.fields() | into.absent();
      }
    }
    if ((fields & CgroupRecord.CONTROLLERS.bit()) != 0 && !hierarchy.isV2()) {
      CgroupTexts.add(hierarchy.controllers().toArray(String[]::new), into);
    }
    return rest;
  }
}
