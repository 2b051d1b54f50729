package kifs.fs.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import kifs.fs.tree.Directory;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Detail;
import kifs.kernel.bulk.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ShmRef;
import kifs.notifier.EntityKind;
import kifs.notifier.Scope;

/** {@code shm/}: every shared-memory object by its id, and all of them together. */
final class ShmsDirectory implements Directory {
  private static final Query SUMMED = Query.of(ShmRecord.TYPE);

  /** More than that nobody's id has. */
  private static final int MOST_DIGITS = 19;

  private final Kernel kernel;
  private final AttributeTable<ShmRef> table;
  private final AttributeTable<Kernel> sums;
  private final StaticDirectory fixed;

  ShmsDirectory(Kernel kernel) {
    this.kernel = kernel;
    this.table =
        new AttributeTable<>(
            ShmAttributes.ALL,
            kernel.source().fields(ShmRecord.TYPE, Detail.FULL),
            Set.of(ShmDirectory.USERS));
    this.sums = new AttributeTable<>(ShmAttributes.SUM, TotalRecord.TYPE.allFields(), Set.of());
    this.fixed =
        new StaticDirectory()
            .withBulk(
                new BulkNode.Scope(
                    Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE),
                    () -> kernel.snapshots()::takeShared))
            .with("each", each())
            .with("sum", sum());
  }

  private Directory each() {
    return new StaticDirectory()
        .with(
            "notify",
            new NotifyDirectory(
                kernel.thresholds(), EntityKind.SHM, false, "shm/each", Scope::eachShm));
  }

  private Directory sum() {
    BoundBulk all = query -> kernel.snapshots().takeOwn(query, this::total);
    return new SumDirectory(
        kernel,
        sums,
        () -> all,
        () ->
            new NotifyDirectory(
                kernel.thresholds(), EntityKind.SHM, true, "shm/sum", Scope::allShm));
  }

  /** Adds all objects up. */
  private boolean total(Query query, BulkBuilder into, Cancellation cancellation) {
    long[] sums = new long[4];
    try (BulkBuilder objects = kernel.snapshots().scan(ShmRecord.TYPE, SUMMED, cancellation)) {
      objects.forEach(ShmRecord.TYPE, shm -> add(shm, sums));
    }
    Record total = into.append(TotalRecord.TYPE);
    total.set(TotalRecord.ENTITIES, sums[0]);
    total.set(TotalRecord.SHM_SIZE, sums[1]);
    total.set(TotalRecord.SHM_RESIDENT, sums[2]);
    // Where one object's users can't be counted, those of others can't either.
    if (sums[3] >= 0) {
      total.set(TotalRecord.SHM_USERS, sums[3]);
    }
    return true;
  }

  private static void add(Record shm, long[] sums) {
    sums[0]++;
    sums[1] += shm.get(ShmRecord.SIZE);
    sums[2] += shm.get(ShmRecord.RESIDENT);
    sums[3] = shm.has(ShmRecord.USERS) ? sums[3] + shm.get(ShmRecord.USERS) : -1;
  }

  @Override
  public Node lookup(String name) {
    if (!isId(name)) {
      return fixed.lookup(name);
    }
    long id = Long.parseUnsignedLong(name);
    try (ShmRef shm = ShmDirectory.bind(kernel, id)) {
      return new ShmDirectory(kernel, table, shm.id());
    }
  }

  private static boolean isId(String name) {
    return name.length() <= MOST_DIGITS && name.matches("0|[1-9][0-9]*");
  }

  @Override
  public boolean keeps(String name) {
    return !isId(name);
  }

  @Override
  public List<Entry> list() {
    List<Entry> entries = new ArrayList<>(fixed.list());
    for (long id : kernel.source().shmIds(Cancellation.NEVER)) {
      entries.add(new Entry(Long.toString(id), Kind.DIRECTORY));
    }
    return entries;
  }
}
