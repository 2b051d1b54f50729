package kifs.fs.root.shm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import kifs.fs.access.Viewer;
import kifs.fs.node.bulk.BoundBulk;
import kifs.fs.node.bulk.BulkNode;
import kifs.fs.node.bulk.Snapshots;
import kifs.fs.node.bulk.View;
import kifs.fs.node.entity.AttributeTable;
import kifs.fs.node.entity.CollectionDirectory;
import kifs.fs.node.entity.Kernel;
import kifs.fs.node.text.BoundText;
import kifs.fs.node.text.TextNode;
import kifs.fs.tree.Caller;
import kifs.fs.tree.Errno;
import kifs.fs.tree.FsException;
import kifs.fs.tree.Kind;
import kifs.fs.tree.Node;
import kifs.kernel.bulk.Bulk;
import kifs.kernel.bulk.BulkBuilder;
import kifs.kernel.bulk.Totals;
import kifs.kernel.query.Detail;
import kifs.kernel.query.Query;
import kifs.kernel.record.Record;
import kifs.kernel.record.ShmRecord;
import kifs.kernel.record.ShmUserRecord;
import kifs.kernel.record.TotalRecord;
import kifs.kernel.shm.ShmNames;
import kifs.kernel.source.Cancellation;
import kifs.kernel.source.ShmRef;
import kifs.notifier.entity.EntityKind;
import kifs.notifier.entity.Scope;
import kifs.notifier.entity.Scopes;
import org.jspecify.annotations.Nullable;

/** {@code shm/}: the directories of all shared-memory objects, and the totals. */
public final class ShmsDirectory extends CollectionDirectory {
  private static final Query BULK = Query.of(ShmRecord.TYPE, ShmUserRecord.TYPE);
  private static final Query SUMMED = Query.of(ShmRecord.TYPE);

  private static final String OBJECTS = "objects";

  /** No id has more digits. */
  private static final int MAX_DIGITS = 19;

  private final Kernel kernel;
  private final AttributeTable<ShmRef> table;

  public ShmsDirectory(Kernel kernel) {
    super(
        kernel,
        EntityKind.SHM,
        "shm",
        new AttributeTable<>(
            TotalRecord.TYPE, ShmAttributes.SUM, TotalRecord.TYPE.allFields(), Set.of()));
    this.kernel = kernel;
    this.table =
        new AttributeTable<>(
            ShmRecord.TYPE,
            ShmAttributes.ALL,
            kernel.source().fields(ShmRecord.TYPE, Detail.FULL),
            Set.of(ShmDirectory.USERS));
  }

  @Override
  protected BulkNode.Content bulk() {
    return new BulkNode.Content(BULK, kernel::hostBulk);
  }

  @Override
  protected BoundBulk total(Viewer viewer) {
    View view = new View(viewer, 0);
    Snapshots.Content sums = viewer.seesAll() ? this::addUp : ShmsDirectory::addNothing;
    return query -> kernel.snapshots().takeOwn(query, sums, view);
  }

  /** Adds the sums for a client that may not know all objects: they are absent. */
  private static boolean addNothing(Query query, BulkBuilder into, Cancellation cancellation) {
    into.append(TotalRecord.TYPE);
    return true;
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
    return Scopes.eachShm();
  }

  @Override
  protected Scope all() {
    return Scopes.allShm();
  }

  @Override
  protected boolean isId(String name) {
    return ShmNames.id(name) >= 0 || name.length() <= MAX_DIGITS && name.matches("0|[1-9][0-9]*");
  }

  /** The id that a name means. The number in a bulk is a name, too, which is not listed. */
  private static long id(String name) {
    long id = ShmNames.id(name);
    return id >= 0 ? id : Long.parseUnsignedLong(name);
  }

  @Override
  protected List<Entry> others(Caller caller) {
    return List.of(new Entry(OBJECTS, Kind.FILE));
  }

  @Override
  protected @Nullable Node other(String name, Caller caller) {
    return name.equals(OBJECTS) ? new TextNode(this::objects) : null;
  }

  private BoundText objects(Caller caller) {
    Viewer viewer = kernel.access().viewer(caller);
    return BoundText.on(
        kernel.snapshots().wide(viewer), () -> new ObjectTable(kernel).text(viewer));
  }

  @Override
  protected Node entity(String id, Caller caller) {
    try (ShmRef shm = ShmDirectory.bind(kernel, id(id))) {
      View view = new View(kernel.access().viewer(caller), 0);
      if (!view.visibility().seesAll() && !isVisible(shm, view)) {
        throw new FsException(Errno.ENOENT, "no shared-memory object " + id);
      }
      return new ShmDirectory(kernel, table, shm.id());
    }
  }

  @Override
  protected Stream<String> ids(Caller caller) {
    Viewer viewer = kernel.access().viewer(caller);
    if (!viewer.seesAll()) {
      return visibleIds(viewer);
    }
    return Arrays.stream(kernel.source().shmIds(Cancellation.NEVER)).mapToObj(ShmNames::of);
  }

  /** The ids of the objects that a client may know. */
  private Stream<String> visibleIds(Viewer viewer) {
    List<String> ids = new ArrayList<>();
    try (Bulk objects = kernel.snapshots().takeShared(SUMMED, viewer).join()) {
      objects.forEach(ShmRecord.TYPE, shm -> ids.add(ShmNames.of(shm.get(ShmRecord.ID))));
    }
    return ids.stream();
  }

  private boolean isVisible(ShmRef shm, View view) {
    try (Bulk object = kernel.snapshots().take(SUMMED, shm::collect, view)) {
      return object.count(ShmRecord.TYPE) > 0;
    }
  }
}
