package kifs.kernel.procfs.cgroups;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Record;
import kifs.kernel.record.TextRecord;
import kifs.kernel.source.Cancellation;

/**
 * One pass over a cgroup and all groups below it. Not thread-safe; used once. What it keeps at one
 * time are the groups that are still to be visited, and the path of each group.
 */
final class GroupPass {
  private static final long LIMITS =
      CgroupRecord.MEMORY_LIMIT.bit() | CgroupRecord.MEMORY_EFFECTIVE.bit();

  private final GroupReader reader;
  private final long fields;
  private final BulkBuilder into;
  private final Query query;
  private final Map<Long, String> paths = new HashMap<>();
  private final Deque<Place> rest = new ArrayDeque<>();

  /**
   * A group that is still to be visited.
   *
   * @param mask mask of the hierarchies that have it
   * @param parent id of the group above; 0: it is the root
   * @param limitAbove the smallest memory limit of those above, bytes
   */
  private record Place(String path, long mask, long parent, long limitAbove) {}

  /**
   * @param fields mask of the fields of CGROUP to fill
   */
  GroupPass(GroupReader reader, long fields, Query query, BulkBuilder into) {
    this.reader = reader;
    this.fields = fields;
    this.query = query;
    this.into = into;
  }

  /** The fields that a reader must read for a pass that fills these fields. */
  static long needed(long fields) {
    return (fields & CgroupRecord.MEMORY_EFFECTIVE.bit()) == 0 ? fields : fields | LIMITS;
  }

  /** The path of each group that was visited, by id. */
  Map<Long, String> paths() {
    return paths;
  }

  /**
   * Appends the records.
   *
   * @param top the path of the first group
   * @param among mask of the hierarchies
   * @param parent id of the group above the first one; 0: it is the root
   * @param limitAbove the smallest memory limit of those above the first one, bytes
   */
  void run(String top, long among, long parent, long limitAbove, Cancellation cancellation) {
    rest.push(new Place(top, among, parent, limitAbove));
    while (!rest.isEmpty()) {
      cancellation.check();
      visit(rest.pop());
    }
  }

  private void visit(Place place) {
    Record record = into.append(CgroupRecord.TYPE);
    TreeMap<String, Long> children = new TreeMap<>();
    if (!reader.read(place.path, place.mask, record, children)) {
      into.removeLast(CgroupRecord.TYPE);
      return;
    }
    long limit = MemoryLimits.with(place.limitAbove, record);
    long id = reader.id();
    long versions = reader.versions();
    paths.put(id, place.path);
    record.set(CgroupRecord.ID, id);
    record.set(CgroupRecord.DEPTH, CgroupRecord.depth(place.path));
    record.setWanted(fields, CgroupRecord.VERSIONS, versions);
    record.setWanted(fields, CgroupRecord.PARENT, place.parent);
    record.setWanted(fields, CgroupRecord.MEMORY_EFFECTIVE, limit);
    record.clearAll(CgroupRecord.MEMORY_LIMIT.bit() & ~fields);
    if (query.needs(record)) {
      appendPath(record, place.path);
    } else {
      into.removeLast(CgroupRecord.TYPE);
    }
    for (Map.Entry<String, Long> child : children.descendingMap().entrySet()) {
      rest.push(new Place(Names.child(place.path, child.getKey()), child.getValue(), id, limit));
    }
  }

  private void appendPath(Record record, String path) {
    if ((fields & CgroupFields.PATH) != 0 && into.wants(TextRecord.TYPE)) {
      byte[] text = Names.bytes(path);
      record.set(CgroupRecord.PATH_OFFSET, into.appendText(text));
      record.set(CgroupRecord.PATH_LENGTH, text.length);
    }
  }
}
