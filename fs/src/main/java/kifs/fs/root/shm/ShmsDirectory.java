package kifs.fs.root.shm;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Stream;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.CollectionDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ShmRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;

/** {@code shm/}: the directories of all shared-memory objects, and the totals. */
public final class ShmsDirectory extends CollectionDirectory {
  private static final Query BULK = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
  private static final Query SUMMED = Query.of(ShmRecord.TYPE);

  /** No id has more digits. */
  private static final int MAX_DIGITS = 19;

  private final Kernel kernel;
  private final AttributeTable<ShmRef> table;

  public ShmsDirectory(Kernel kernel) {
    super(
        kernel,
        EntityKind.SHM,
        "shm",
        new AttributeTable<>(ShmAttributes.SUM, TotalRecord.TYPE.allFields(), Set.of()));
    this.kernel = kernel;
    this.table =
        new AttributeTable<>(
            ShmAttributes.ALL,
            kernel.source().fields(ShmRecord.TYPE, Detail.FULL),
            Set.of(ShmDirectory.USERS));
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, () -> kernel.snapshots()::takeShared);
  }

  @Override
  protected BoundBulk total() {
    return query -> kernel.snapshots().takeOwn(query, this::addUp);
  }

  /** Adds up all objects into one TOTAL record. */
  private boolean addUp(Query query, BulkBuilder into, Cancellation cancellation) {
    long[] sums = new long[4];
    try (BulkBuilder objects = kernel.snapshots().collect(ShmRecord.TYPE, SUMMED, cancellation)) {
      objects.forEach(ShmRecord.TYPE, shm -> add(shm, sums));
    }
    Record total = into.append(TotalRecord.TYPE);
    total.set(TotalRecord.ENTITIES, sums[0]);
    total.set(TotalRecord.SHM_SIZE, sums[1]);
    total.set(TotalRecord.SHM_RESIDENT, sums[2]);
    // If the users of one object can't be counted, those of the others can't either.
    if (sums[3] >= 0) {
      total.set(TotalRecord.SHM_USERS, sums[3]);
    }
    return true;
  }

  private static void add(Record shm, long[] sums) {
    sums[0]++;
    sums[1] = Totals.plus(sums[1], shm.get(ShmRecord.SIZE));
    sums[2] = Totals.plus(sums[2], shm.get(ShmRecord.RESIDENT));
    sums[3] = shm.has(ShmRecord.USERS) ? sums[3] + shm.get(ShmRecord.USERS) : -1;
  }

  @Override
  protected Scope each() {
    return Scope.eachShm();
  }

  @Override
  protected Scope all() {
    return Scope.allShm();
  }

  @Override
  protected boolean isId(String name) {
    return name.length() <= MAX_DIGITS && name.matches("0|[1-9][0-9]*");
  }

  @Override
  protected Node entity(String id) {
    try (ShmRef shm = ShmDirectory.bind(kernel, Long.parseUnsignedLong(id))) {
      return new ShmDirectory(kernel, table, shm.id());
    }
  }

  @Override
  protected Stream<String> ids() {
    return Arrays.stream(kernel.source().shmIds(Cancellation.NEVER)).mapToObj(Long::toString);
  }
}
