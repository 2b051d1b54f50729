package kifs.fs.root.cgroups;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.View;
import kifs.fs.node.entity.Kernel;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.CgroupRecord;
import kifs.kernel.record.Field;
import kifs.kernel.record.Record;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.CgroupRef;

/**
 * The bulk of the groups directly below one, added up into a TOTAL. Groups further down aren't
 * added, because the kernel counts them in those above. A group without a figure adds 0.
 */
record SumOfGroups(Kernel kernel, CgroupRef above, Viewer viewer) implements BoundBulk {
  private static final Map<Field, Field> SUMS =
      Map.of(
          TotalRecord.CGROUP_CPU, CgroupRecord.CPU_USAGE,
          TotalRecord.CGROUP_MEMORY, CgroupRecord.MEMORY,
          TotalRecord.CGROUP_SWAP, CgroupRecord.SWAP,
          TotalRecord.CGROUP_PIDS, CgroupRecord.PIDS,
          TotalRecord.CGROUP_READ, CgroupRecord.READ,
          TotalRecord.CGROUP_WRITE, CgroupRecord.WRITE);

  @Override
  public CompletableFuture<Bulk> take(Query query) {
    return kernel.snapshots().takeOwn(query, this::addUp, new View(viewer, 0));
  }

  private boolean addUp(Query query, BulkBuilder into, Cancellation cancellation) {
    if (!CgroupDirectory.isPresent(above)) {
      return false;
    }
    long wanted = query.fields(TotalRecord.TYPE, TotalRecord.TYPE.allFields());
    long provided = kernel.source().fields(CgroupRecord.TYPE, Detail.FULL);
    Record total = into.append(TotalRecord.TYPE);
    long needed = 0;
    for (Map.Entry<Field, Field> sum : SUMS.entrySet()) {
      if ((wanted & sum.getKey().bit()) != 0 && (provided & sum.getValue().bit()) != 0) {
        needed |= sum.getValue().bit();
        total.set(sum.getKey(), 0);
      }
    }
    int depth = CgroupRecord.depth(above.path()) + 1;
    Query groups =
        Query.of(CgroupRecord.TYPE).withFields(CgroupRecord.TYPE, needed).withCgroup(above.path());
    long[] count = new long[1];
    try (BulkBuilder found = kernel.snapshots().collect(CgroupRecord.TYPE, groups, cancellation)) {
      found.forEach(
          CgroupRecord.TYPE,
          group -> {
            if (group.get(CgroupRecord.DEPTH) == depth) {
              count[0]++;
              add(group, total);
            }
          });
    }
    total.set(TotalRecord.ENTITIES, count[0]);
    return true;
  }

  private static void add(Record group, Record total) {
    SUMS.forEach(
        (sum, figure) -> {
          if (total.has(sum)) {
            total.set(sum, Totals.plus(total.get(sum), group.get(figure)));
          }
        });
  }

  @Override
  public void close() {
    above.close();
  }
}
